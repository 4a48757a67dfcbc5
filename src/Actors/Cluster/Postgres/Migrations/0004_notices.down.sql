DROP FUNCTION IF EXISTS hpc_cluster_list_sessions, hpc_cluster_list_nodes, hpc_cluster_list_bans, hpc_cluster_publish, hpc_cluster_sweep, hpc_cluster_score, hpc_cluster_ban, hpc_cluster_tell;
