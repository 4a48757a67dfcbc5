using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hpc.Server.Configuration;

/// <summary>What goes together in the keys of <c>ftp</c>.</summary>
internal static class FtpCheck
{
    public static void Run(FtpSection ftp, List<string> faults)
    {
        if (ftp.CertificateFile.Length > 0 != ftp.CertificateKeyFile.Length > 0)
        {
            faults.Add("ftp: found one of certificate_file and certificate_key_file, allowed: both or none.");
        }

        for (int i = 0; i < ftp.Certificates.Count; i++)
        {
            if (ftp.Certificates[i].CertificateFile.Length > 0 != ftp.Certificates[i].CertificateKeyFile.Length > 0)
            {
                faults.Add($"{FtpKeys.Certificates}[{i}]: found one of certificate_file and certificate_key_file, allowed: both or none.");
            }
        }

        if (ftp.BannerFile.Length > 0 && ftp.Banner != new FtpSection().Banner)
        {
            faults.Add("ftp.banner_file: found together with ftp.banner, allowed: one of the two.");
        }

        if (!TryPorts(ftp.PassivePorts, out _))
        {
            faults.Add($"ftp.passive_ports: found \"{ftp.PassivePorts}\", allowed: FIRST-LAST from 1024 to 65535 like \"50000-50999\", or \"\".");
        }

        for (int i = 0; i < ftp.Listeners.Count; i++)
        {
            Check(ftp, ftp.Listeners[i], $"{FtpKeys.Listeners}[{i}]", faults);
        }
    }

    /// <summary>Reads a range of ports; nothing is (0, 0).</summary>
    public static bool TryPorts(string text, out (int First, int Last) ports)
    {
        ports = default;
        if (text.Length == 0)
        {
            return true;
        }

        string[] parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !TryPort(parts[0], out int first) || !TryPort(parts[1], out int last) || last < first)
        {
            return false;
        }

        ports = (first, last);
        return true;
    }

    /// <summary>Reads NETWORK=ADDRESS separated by commas; an address that is left out is null.</summary>
    public static bool TryOverrides(string text, out List<(string Network, IPAddress? Address)> overrides, [NotNullWhen(false)] out string? fault)
    {
        overrides = [];
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] sides = part.Split('=', StringSplitOptions.TrimEntries);
            IPAddress? address = null;
            if (sides.Length != 2 || !ProxyProtocolKeys.TryNetwork(sides[0], out IPNetwork? network) || (sides[1].Length > 0 && !TryIPv4(sides[1], out address)))
            {
                fault = part;
                return false;
            }

            overrides.Add((network.Value.ToString(), address));
        }

        fault = null;
        return true;
    }

    /// <summary>Reads four numbers with dots: 10.1 is no address here.</summary>
    public static bool TryIPv4(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && address.AddressFamily == AddressFamily.InterNetwork && address.ToString() == text;

    private static void Check(FtpSection ftp, FtpListenerSection listener, string path, List<string> faults)
    {
        bool isTls = listener.TlsMode != FtpTlsModeName.Off && (listener.CertificateFile.Length > 0 || ftp.CertificateFile.Length > 0);
        if (listener.CertificateFile.Length > 0 != listener.CertificateKeyFile.Length > 0)
        {
            faults.Add($"{path}: found one of certificate_file and certificate_key_file, allowed: both or none.");
        }

        if (!isTls && listener.TlsMode is not (FtpTlsModeName.Optional or FtpTlsModeName.Off))
        {
            faults.Add($"{path}.tls_mode: found {ChoiceText.Of(listener.TlsMode)} without certificate_file, allowed: optional or off, or with a certificate.");
        }

        if (listener.ClientAuth != HttpClientAuth.None && (!isTls || listener.ClientCaFile.Length == 0))
        {
            faults.Add($"{path}.client_auth: found {ChoiceText.Of(listener.ClientAuth)} without certificate_file or client_ca_file, allowed: none, or with both.");
        }

        if (listener.CaRevocationLists.Length > 0 && listener.ClientAuth == HttpClientAuth.None)
        {
            faults.Add($"{path}.ca_revocation_lists: found \"{listener.CaRevocationLists}\" where no client certificates are asked for, allowed: with client_auth require or verify.");
        }

        if (listener.RequireTlsReuse && !isTls)
        {
            faults.Add($"{path}.require_tls_reuse: found true where there is no TLS, allowed: with certificate_file.");
        }

        HttpCheck.CheckSuites(listener.CipherSuites, isTls && listener.MinTlsVersion == HttpTlsVersion.Tls12, path, faults);
        CheckAddresses(listener, path, faults);
    }

    private static void CheckAddresses(FtpListenerSection listener, string path, List<string> faults)
    {
        if (listener.PassiveAddress.Length > 0 && !TryIPv4(listener.PassiveAddress, out _))
        {
            faults.Add($"{path}.passive_address: found \"{listener.PassiveAddress}\", allowed: an IPv4 address like 203.0.113.5, or \"\".");
        }

        if (listener.PassiveHost.Length > 0 && (listener.PassiveAddress.Length > 0 || Uri.CheckHostName(listener.PassiveHost) != UriHostNameType.Dns))
        {
            faults.Add($"{path}.passive_host: found \"{listener.PassiveHost}\", allowed: a host name where there is no passive_address, or \"\".");
        }

        if (!TryOverrides(listener.PassiveOverrides, out _, out string? fault))
        {
            faults.Add($"{path}.passive_overrides: found \"{fault}\", allowed: a network and an IPv4 address like 10.0.0.0/8=10.0.0.5, or a network and = alone.");
        }
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1024 and <= 65535;
}
