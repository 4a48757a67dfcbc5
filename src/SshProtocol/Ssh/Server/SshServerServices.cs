using System.Text;
using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh.Channels;
using Microsoft.Extensions.Logging;

namespace Hpc.SshProtocol.Ssh.Server;

/// <summary>What all connections of a listener share.</summary>
internal sealed class SshServerServices(SshServerOptions options, IAuthenticator authenticator, ISessionGate gate, IChannelPrograms programs, ILogger logger)
{
    public SshServerOptions Options { get; } = options;

    public IAuthenticator Authenticator { get; } = authenticator;

    public ISessionGate Gate { get; } = gate;

    /// <summary>Makes what runs on session channels.</summary>
    public IChannelPrograms Programs { get; } = programs;

    public ILogger Logger { get; } = logger;

    /// <summary>Name-list of the methods that are offered, to everybody the same: which of them a user may use is not told.</summary>
    public string Methods { get; } =
        "publickey" + (options.PasswordAuthentication ? ",password" : "") + (options.KeyboardInteractiveAuthentication ? ",keyboard-interactive" : "");

    /// <summary>The banner as it is sent, or null.</summary>
    public byte[]? Banner { get; } = string.IsNullOrEmpty(options.Banner)
        ? null
        : Encoding.UTF8.GetBytes(options.Banner.ReplaceLineEndings("\r\n").TrimEnd() + "\r\n");
}
