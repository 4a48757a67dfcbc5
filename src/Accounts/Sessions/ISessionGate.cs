using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.Storage;

namespace Hpc.Accounts.Sessions;

/// <summary>Why a session ended.</summary>
public enum SessionEndReason
{
    /// <summary>The peer closed it.</summary>
    ClosedByPeer,

    /// <summary>The connection broke.</summary>
    ConnectionLost,

    /// <summary>An operator ended it.</summary>
    Kicked,

    /// <summary>Nothing moved for the idle time-out.</summary>
    IdleTimeout,

    /// <summary>The server stops.</summary>
    Drained,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>A fault of the server.</summary>
    ServerFault,

    /// <summary>The account, or the share that it was opened for, was changed, disabled or removed, or it expired.</summary>
    AccountChanged,

    /// <summary>It had lasted as long as sessions may.</summary>
    MaxDuration,
}

/// <summary>A session that wants to begin, after its login was accepted.</summary>
public sealed record SessionRequest
{
    /// <summary>The account.</summary>
    public required UserAccount User { get; init; }

    /// <summary>Protocol name as in spec row R0.4 (<c>SFTP</c> for now).</summary>
    public required string Protocol { get; init; }

    /// <summary>The peer.</summary>
    public required IPEndPoint Remote { get; init; }

    /// <summary>Where it connected to.</summary>
    public required IPEndPoint Local { get; init; }

    /// <summary>What the client calls itself (SSH identification string); printable ASCII, at most 255 characters.</summary>
    public required string ClientVersion { get; init; }

    /// <summary>How it logged in.</summary>
    public required LoginMethod Method { get; init; }

    /// <summary>Unique id of the connection on this node, as it stands in the log.</summary>
    public required string ConnectionId { get; init; }

    /// <summary>The share that it is opened for, with <see cref="User"/> as the owner; null if the user came in person.</summary>
    public SessionShare? Share { get; init; }

    /// <summary>Told why by a gate that knows, before it answers that the session may not begin.</summary>
    public Action<SessionObstacle>? Refused { get; init; }
}

/// <summary>Decides whether a session may begin, and keeps its place while it lasts.</summary>
public interface ISessionGate
{
    /// <summary>Opens a session. Null means that a limit refuses it; <paramref name="ct"/> or a fault of the gate is a refusal too.</summary>
    ValueTask<SessionGrant?> OpenAsync(SessionRequest request, CancellationToken ct);
}

/// <summary>
/// A session's place: the files it may see, what it has moved, and the end that others can put to it.
/// The data plane reads and writes its plain members; nobody sends it messages per packet.
/// </summary>
public abstract class SessionGrant
{
    /// <summary>Unique id of the session on this node (16 hex digits).</summary>
    public abstract string SessionId { get; }

    /// <summary>Id of its connection, as it stands in the log; empty where there is none.</summary>
    public virtual string ConnectionId => "";

    /// <summary>What the session sees and may do.</summary>
    public abstract IFileSystem Files { get; }

    /// <summary>Where the session begins: relative paths count from here.</summary>
    public virtual VirtualPath StartDirectory => VirtualPath.Root;

    /// <summary>The same files for another protocol than the one that the session was opened for, so that events name it (SCP, SSH).</summary>
    public virtual IFileSystem FilesFor(string protocol) => Files is IProtocolFiles shared ? shared.For(protocol) : Files;

    /// <summary>
    /// Keeps the files usable after <see cref="Close"/>, until as many calls of <see cref="ReleaseFiles"/>: for a channel whose open files are still being given up.
    /// Called before <see cref="Close"/>.
    /// </summary>
    public virtual void HoldFiles()
    {
    }

    /// <summary>Ends one <see cref="HoldFiles"/>; never throws.</summary>
    public virtual void ReleaseFiles()
    {
    }

    /// <summary>Live figures, written by the data plane and read by the control plane.</summary>
    public SessionMeter Meter { get; } = new();

    /// <summary>Cancelled when the session must end (kick, idle time-out, drain over); <see cref="EndReason"/> says why.</summary>
    public abstract CancellationToken Ended { get; }

    /// <summary>Why <see cref="Ended"/> was cancelled.</summary>
    public abstract SessionEndReason EndReason { get; }

    /// <summary>Gives the place back. Called once by the protocol when the connection is over; never throws.</summary>
    public abstract void Close(SessionEndReason reason);
}
