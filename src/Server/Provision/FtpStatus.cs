using System.Net;
using Hpc.HttpApi.Models;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;

namespace Hpc.Server.Provision;

/// <summary>What FTP serves, in SFTPGo's shape.</summary>
internal static class FtpStatus
{
    public static FtpServiceStatus Of(IReadOnlyList<FtpBinding> bindings, FtpSection ftp)
    {
        (int first, int last) = FtpCheck.TryPorts(ftp.PassivePorts, out (int First, int Last) ports) ? ports : default;
        return new FtpServiceStatus
        {
            IsActive = bindings.Count > 0,
            Bindings = [.. bindings.Select(Of)],
            PassivePortRange = new FtpPortRange(first, last),
        };
    }

    private static FtpBindingStatus Of(FtpBinding binding)
    {
        FtpListenerSection listener = binding.Listener;
        IPAddress address = binding.EndPoint.Address;
        FtpCheck.TryOverrides(listener.PassiveOverrides, out List<(string Network, IPAddress? Address)> overrides, out _);
        return new FtpBindingStatus
        {
            Address = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? "" : address.ToString(),
            Port = binding.EndPoint.Port,
            ApplyProxyConfig = listener.ApplyProxyConfig,
            TlsMode = listener.TlsMode switch
            {
                FtpTlsModeName.Implicit => 2,
                FtpTlsModeName.Control or FtpTlsModeName.ControlAndData => 1,
                FtpTlsModeName.Optional when listener.ClientAuth == HttpClientAuth.Require => 1,
                _ => 0,
            },
            MinTlsVersion = listener.MinTlsVersion == HttpTlsVersion.Tls13 ? 13 : 12,
            ForcePassiveIp = listener.PassiveAddress,
            PassiveIpOverrides = [.. overrides.Select(static entry => new FtpPassiveOverride([entry.Network], entry.Address?.ToString() ?? ""))],
            ClientAuthType = listener.ClientAuth switch
            {
                HttpClientAuth.Require => 1,
                HttpClientAuth.Verify => 2,
                _ => 0,
            },
            TlsCipherSuites = listener.CipherSuites.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            PassiveConnectionsSecurity = listener.CheckPassivePeer ? 0 : 1,
            ActiveConnectionsSecurity = listener.CheckActivePeer ? 0 : 1,
            IgnoreAsciiTransferType = listener.IgnoreAscii ? 1 : 0,
            Debug = listener.LogCommands,
        };
    }
}
