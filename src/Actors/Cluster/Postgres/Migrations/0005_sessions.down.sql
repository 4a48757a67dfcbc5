DROP FUNCTION IF EXISTS hpc_cluster_join, hpc_cluster_open, hpc_cluster_place, hpc_cluster_close;
