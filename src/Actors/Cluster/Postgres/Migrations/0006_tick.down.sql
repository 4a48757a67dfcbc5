DROP FUNCTION IF EXISTS hpc_cluster_leave, hpc_cluster_again, hpc_cluster_tick;
