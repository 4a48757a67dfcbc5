namespace Hpc.Server.Configuration;

/// <summary>Keys of SFTPGo's configuration that have another name here. Keys that it has and we do not are not among them.</summary>
internal static class OldNames
{
    private const string Listener = FtpKeys.Listeners + "[].";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["ftpd.bindings[].address"] = Listener + "address",
        ["ftpd.bindings[].port"] = Listener + "address",
        ["ftpd.bindings[].apply_proxy_config"] = Listener + "apply_proxy_config",
        ["ftpd.bindings[].tls_mode"] = Listener + "tls_mode",
        ["ftpd.bindings[].tls_session_reuse"] = Listener + "require_tls_reuse",
        ["ftpd.bindings[].certificate_file"] = Listener + "certificate_file",
        ["ftpd.bindings[].certificate_key_file"] = Listener + "certificate_key_file",
        ["ftpd.bindings[].min_tls_version"] = Listener + "min_tls_version",
        ["ftpd.bindings[].tls_cipher_suites"] = Listener + "cipher_suites",
        ["ftpd.bindings[].client_auth_type"] = Listener + "client_auth",
        ["ftpd.bindings[].force_passive_ip"] = Listener + "passive_address",
        ["ftpd.bindings[].passive_host"] = Listener + "passive_host",
        ["ftpd.bindings[].passive_ip_overrides"] = Listener + "passive_overrides",
        ["ftpd.bindings[].passive_ip_overrides[].networks"] = Listener + "passive_overrides",
        ["ftpd.bindings[].passive_ip_overrides[].ip"] = Listener + "passive_overrides",
        ["ftpd.bindings[].passive_connections_security"] = Listener + "check_passive_peer",
        ["ftpd.bindings[].active_connections_security"] = Listener + "check_active_peer",
        ["ftpd.bindings[].ignore_ascii_transfer_type"] = Listener + "ignore_ascii",
        ["ftpd.bindings[].debug"] = Listener + "log_commands",
        ["ftpd.banner"] = "ftp.banner",
        ["ftpd.banner_file"] = "ftp.banner_file",
        ["ftpd.passive_port_range.start"] = "ftp.passive_ports",
        ["ftpd.passive_port_range.end"] = "ftp.passive_ports",
        ["ftpd.disable_active_mode"] = "ftp.active_mode",
        ["ftpd.active_transfers_port_non_20"] = "ftp.active_from_port_20",
        ["ftpd.enable_site"] = "ftp.site",
        ["ftpd.hash_support"] = "ftp.hashes",
        ["ftpd.combine_support"] = "ftp.combine",
        ["ftpd.certificate_file"] = "ftp.certificate_file",
        ["ftpd.certificate_key_file"] = "ftp.certificate_key_file",
        ["ftpd.ca_certificates"] = Listener + "client_ca_file",
        ["ftpd.ca_certificates[]"] = Listener + "client_ca_file",
        ["ftpd.ca_revocation_lists"] = Listener + "ca_revocation_lists",
        ["ftpd.ca_revocation_lists[]"] = Listener + "ca_revocation_lists",
    };

    /// <summary>Ours, or null if there is none.</summary>
    /// <param name="path">SFTPGo's, with <c>[]</c> for list positions.</param>
    public static string? Find(string path) => Names.GetValueOrDefault(path);
}
