using System.Diagnostics.CodeAnalysis;
using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Data;
using Hpc.FtpProtocol.Transfers;
using Hpc.Storage;
using Hpc.Transport.Connections;
using Hpc.Transport.Tls;

namespace Hpc.FtpProtocol.Control;

/// <summary>
/// One control connection: what it has logged in as and set up. Its members are touched by its own loop alone, which runs one command at a time.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "What it holds is given back when its loop ends.")]
internal sealed partial class FtpSession
{
    private readonly ControlChannel _channel;
    private TlsSession? _tls;

    public FtpSession(IConnection connection, FtpServices services)
    {
        Connection = connection;
        Services = services;
        _channel = new ControlChannel(connection, services.Options.MaxLine);
        Data = new DataSetup(this);
    }

    public IConnection Connection { get; }

    public FtpServices Services { get; }

    public FtpServerOptions Options => Services.Options;

    /// <summary>What the session may see and do; null before login.</summary>
    public SessionGrant? Grant { get; private set; }

    public bool IsLoggedIn => Grant is not null;

    /// <summary>Who has logged in; empty before.</summary>
    public string UserName { get; private set; } = "";

    /// <summary>The user's files. After login alone.</summary>
    public IFileSystem Files => Grant!.Files;

    /// <summary>Where relative paths count from (CWD).</summary>
    public VirtualPath Directory { get; set; }

    public TransferParameters Parameters { get; } = new();

    /// <summary>What PASV, EPSV, PORT and EPRT have prepared.</summary>
    public DataSetup Data { get; }

    /// <summary>What RNFR names; null if the command before was not RNFR.</summary>
    public VirtualPath? RenameFrom { get; set; }

    /// <summary>The directory that an upload's name was last found free in, and when (ms).</summary>
    public (VirtualPath Path, long Ticks)? LastParent { get; set; }

    /// <summary>What the client calls itself (CLNT, CSID): printable, at most 255 characters.</summary>
    public string ClientName { get; set; } = "";

    /// <summary>True while the control connection is TLS.</summary>
    public bool IsTls => _channel.Tls is not null;

    /// <summary>What data connections share with the control connection; null as long as that has not been TLS.</summary>
    public TlsSession? Tls => _tls;

    /// <summary>The verified certificate (DER) that the client has shown; empty if none.</summary>
    public ReadOnlyMemory<byte> ClientCertificate => _channel.Tls?.ClientCertificate ?? default;

    /// <summary>True after CCC: nobody can log in any more, nor begin TLS again.</summary>
    public bool IsCleared { get; private set; }

    /// <summary>True after PBSZ, without which there is no PROT (RFC 4217 §8).</summary>
    public bool IsBufferSizeSet { get; set; }

    /// <summary>True if data connections must be TLS, by the listener or by the user.</summary>
    public bool RequiresProtectedData => Options.TlsMode is FtpTlsMode.ControlAndData or FtpTlsMode.Implicit || _userRequiresTls;

    /// <summary>What happens to the connection once the reply to this command is sent; set by the command.</summary>
    public ReplyAftermath Aftermath { get; set; }

    /// <summary>Why the connection ends after a reply that closes it; set by who makes that reply.</summary>
    public ConnectionEndReason CloseReason { get; set; } = ConnectionEndReason.ClosedByPeer;
}
