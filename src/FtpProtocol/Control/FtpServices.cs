using Hpc.Accounts.Authentication;
using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Commands;
using Hpc.FtpProtocol.Data;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;
using Hpc.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Hpc.FtpProtocol.Control;

/// <summary>What all sessions of a listener share.</summary>
/// <param name="Options">How it behaves.</param>
/// <param name="Commands">What it understands.</param>
/// <param name="Authenticator">Judges logins.</param>
/// <param name="Policy">Which users must use TLS.</param>
/// <param name="Gate">Opens sessions.</param>
/// <param name="Pool">Where buffers come from.</param>
/// <param name="Ports">Where data connections come in.</param>
/// <param name="Tls">Null without certificates.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record FtpServices(
    FtpServerOptions Options,
    FtpCommandTable Commands,
    IAuthenticator Authenticator,
    IFtpUserPolicy Policy,
    ISessionGate Gate,
    BlockPool Pool,
    DataPorts Ports,
    TlsServer? Tls,
    TimeProvider Time,
    ILogger Logger)
{
    /// <summary>True if others wait for the thread that this is called on.</summary>
    public Func<bool> IsThreadShared { get; init; } = static () => WaitingThread.IsShared;
}
