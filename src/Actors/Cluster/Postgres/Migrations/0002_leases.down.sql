DROP FUNCTION IF EXISTS hpc_cluster_lead, hpc_cluster_part, hpc_cluster_is_current, hpc_cluster_begin, hpc_cluster_learn, hpc_cluster_expire, hpc_cluster_end, hpc_cluster_start;
