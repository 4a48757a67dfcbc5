using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Ssh;

/// <summary>The peer broke the protocol, or a bound: the connection ends with this reason. The message is for our log and, without secrets in it, for the peer.</summary>
internal sealed class SshProtocolException : Exception
{
    private SshProtocolException(DisconnectReason reason, ConnectionEndReason endReason, string message)
        : base(message)
    {
        Reason = reason;
        EndReason = endReason;
    }

    public DisconnectReason Reason { get; }

    public ConnectionEndReason EndReason { get; }

    public static SshProtocolException Violation(string message) => new(DisconnectReason.ProtocolError, ConnectionEndReason.ProtocolError, message);

    public static SshProtocolException Malformed(MessageNumber number) => Violation($"malformed {number} message");

    public static SshProtocolException OutOfPhase(MessageNumber number, SshPhase phase) => Violation($"{number} message is not allowed in phase {phase}");

    public static SshProtocolException OutOfOrder(KeyExchangeState state, MessageNumber number) => Violation($"{number} message is not allowed in key exchange state {state}");

    /// <summary>Says nothing of which check failed, so that it is no oracle.</summary>
    public static SshProtocolException MacMismatch() => new(DisconnectReason.MacError, ConnectionEndReason.ProtocolError, "packet integrity error");

    public static SshProtocolException KeyExchangeFailed(string message) => new(DisconnectReason.KeyExchangeFailed, ConnectionEndReason.ProtocolError, message);

    public static SshProtocolException NothingInCommon(string message) => new(DisconnectReason.KeyExchangeFailed, ConnectionEndReason.NegotiationFailed, message);

    public static SshProtocolException LimitExceeded(string message) => new(DisconnectReason.ProtocolError, ConnectionEndReason.ResourceLimit, message);

    public static SshProtocolException Ended(DisconnectReason reason, ConnectionEndReason endReason, string message) => new(reason, endReason, message);
}
