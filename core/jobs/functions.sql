-- What a workspace's role may do with the queue: only through these functions, only with its own jobs.

CREATE TABLE IF NOT EXISTS job_error (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id bigint NOT NULL REFERENCES procrastinate_jobs ON DELETE CASCADE,
    at timestamptz NOT NULL DEFAULT now(),
    sentence text NOT NULL,
    detail text NOT NULL
);
CREATE INDEX IF NOT EXISTS job_error_job_id_idx ON job_error (job_id, id);
CREATE INDEX IF NOT EXISTS job_of_workspace_idx ON procrastinate_jobs ((args ->> 'workspace'), id);

CREATE OR REPLACE FUNCTION workspace_of_role() RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp AS $$
    SELECT name FROM workspace WHERE role_name = current_setting('role')
$$;

CREATE OR REPLACE FUNCTION defer_job(
    _job text, _arguments jsonb, _by jsonb, _queue text, _lock text, _once text, _at timestamptz
) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = platform, pg_temp AS $$
DECLARE
    _workspace text := workspace_of_role();
    _id bigint;
BEGIN
    IF _workspace IS NULL THEN
        RAISE EXCEPTION 'Only the role of a workspace defers its jobs.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    BEGIN
        _id := (procrastinate_defer_jobs_v1(ARRAY[ROW(
            _queue, 'passerelle.run', 0, _workspace || ':' || _lock, _workspace || ':' || _once,
            jsonb_build_object('workspace', _workspace, 'job', _job, 'arguments', _arguments, 'by', _by), _at
        )]::procrastinate_job_to_defer_v1[]))[1];
    EXCEPTION WHEN unique_violation THEN
        RETURN NULL;
    END;
    RETURN _id;
END
$$;

DROP FUNCTION IF EXISTS workspace_jobs(text, bigint, integer);
DROP FUNCTION IF EXISTS workspace_job_counts();
DROP FUNCTION IF EXISTS retry_workspace_job(bigint);
DROP FUNCTION IF EXISTS cancel_workspace_job(bigint);

-- Whether a job is for one of these companies, or for the whole workspace.
CREATE OR REPLACE FUNCTION of_companies(_args jsonb, _companies bigint[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((_args #>> '{by,company}')::bigint = ANY (_companies), true)
$$;

CREATE FUNCTION workspace_jobs(_state text, _before bigint, _take integer, _companies bigint[])
    RETURNS TABLE (
        id bigint, job text, state text, queue text, attempts integer, due_at timestamptz,
        deferred_at timestamptz, changed_at timestamptz, error text, detail text
    )
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp AS $$
    SELECT j.id, j.args ->> 'job', j.status::text, j.queue_name::text, j.attempts, j.scheduled_at,
           (SELECT min(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'deferred'),
           (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type <> 'scheduled'),
           f.sentence, f.detail
      FROM procrastinate_jobs j
      LEFT JOIN LATERAL (
          SELECT sentence, job_error.detail FROM job_error WHERE job_id = j.id ORDER BY job_error.id DESC LIMIT 1
      ) f ON true
     WHERE j.args ->> 'workspace' = workspace_of_role()
       AND of_companies(j.args, _companies)
       AND (_state IS NULL OR j.status::text = _state)
       AND (_before IS NULL OR j.id < _before)
     ORDER BY j.id DESC
     LIMIT _take
$$;

CREATE FUNCTION workspace_job_counts(_companies bigint[]) RETURNS TABLE (state text, jobs bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = platform, pg_temp AS $$
    SELECT status::text, count(*) FROM procrastinate_jobs
     WHERE args ->> 'workspace' = workspace_of_role() AND of_companies(args, _companies) GROUP BY status
$$;

CREATE FUNCTION retry_workspace_job(_id bigint, _companies bigint[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = platform, pg_temp AS $$
BEGIN
    PERFORM 1 FROM procrastinate_jobs
      WHERE id = _id AND status = 'failed' AND args ->> 'workspace' = workspace_of_role()
        AND of_companies(args, _companies) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM procrastinate_retry_job_v2(_id, now(), NULL, NULL, NULL);
    RETURN true;
END
$$;

CREATE FUNCTION cancel_workspace_job(_id bigint, _companies bigint[]) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = platform, pg_temp AS $$
BEGIN
    PERFORM 1 FROM procrastinate_jobs
      WHERE id = _id AND status = 'todo' AND args ->> 'workspace' = workspace_of_role()
        AND of_companies(args, _companies) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    RETURN procrastinate_cancel_job_v1(_id, false, false) IS NOT NULL;
END
$$;

-- For the platform itself: what waits for a workspace that is dropped or begins anew.
CREATE OR REPLACE FUNCTION forget_jobs(_workspace text) RETURNS void
    LANGUAGE sql SET search_path = platform, pg_temp AS $$
    DELETE FROM procrastinate_jobs WHERE args ->> 'workspace' = _workspace
$$;

REVOKE ALL ON ALL TABLES IN SCHEMA platform FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA platform FROM PUBLIC;
GRANT USAGE ON SCHEMA platform TO PUBLIC;
GRANT EXECUTE ON FUNCTION
    workspace_of_role(),
    defer_job(text, jsonb, jsonb, text, text, text, timestamptz),
    workspace_jobs(text, bigint, integer, bigint[]),
    workspace_job_counts(bigint[]),
    retry_workspace_job(bigint, bigint[]),
    cancel_workspace_job(bigint, bigint[])
    TO PUBLIC;
