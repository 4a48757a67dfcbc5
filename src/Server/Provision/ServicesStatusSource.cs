using System.Net;
using Hpc.Accounts.Objects;
using Hpc.Actors.Defender;
using Hpc.Crypto.Keys;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;
using Hpc.Server.Hosting;

namespace Hpc.Server.Provision;

/// <summary>What serves, for the REST API.</summary>
internal sealed class ServicesStatusSource(ServerHost host) : IServicesStatusSource
{
    public ValueTask<ServicesStatus> ReadAsync(CancellationToken ct) => new(new ServicesStatus
    {
        Ssh = new SshServiceStatus
        {
            IsActive = host.EndPoints.Count > 0,
            Bindings = [.. host.EndPoints.Select(Of)],
            HostKeys =
            [
                .. host.HostKeys.Select(key => new SshHostKeyStatus
                {
                    Fingerprint = OpenSshPublicKey.Fingerprint(key.PublicKey.Blob.Span),
                    Algorithms = [key.PublicKey.KeyType],
                }),
            ],
            SshCommands = ["cd", "md5sum", "pwd", "scp", "sha1sum", "sha256sum", "sha384sum", "sha512sum"],
            Authentications = ["publickey", "password", "keyboard-interactive", "publickey+password", "publickey+keyboard-interactive"],
        },
        Ftp = FtpStatus.Of(host.FtpBindings, host.Ftp),
        Defender = new ActiveStatus { IsActive = host.Guard.Defender.IsEnabled },
        AllowList = new ActiveStatus { IsActive = host.Guard.Screen.HasAllowList },
        RateLimiters = new RateLimitersStatus
        {
            IsActive = host.Guard.Screen.RateLimited != ListProtocols.None,
            Protocols = [.. ProtocolNames.All.Where(name => host.Guard.Screen.RateLimited.HasFlag(ListProtocolNames.Of(name)))],
        },
    });

    private static BindingStatus Of(IPEndPoint endPoint) => new()
    {
        Address = endPoint.Address.Equals(IPAddress.Any) || endPoint.Address.Equals(IPAddress.IPv6Any) ? "" : endPoint.Address.ToString(),
        Port = endPoint.Port,
    };
}
