namespace Hpc.SshProtocol.Ssh;

/// <summary>
/// Which message may come in which phase, and to which role: the one table. A message that is in the table but not allowed now ends the connection;
/// one that is not in the table is answered with UNIMPLEMENTED (RFC 4253 §11.4) once keys are up.
/// </summary>
internal static class MessageRules
{
    private const SshPhase AnyPhase = SshPhase.InitialKeyExchange | SshPhase.Service | SshPhase.Authentication | SshPhase.Connected;
    private const SshRole Either = SshRole.Client | SshRole.Server;

    private static readonly Rule?[] Table = BuildTable();

    public static bool IsKnown(MessageNumber number) => Table[(byte)number] is not null;

    /// <summary>True if <paramref name="receiver"/> may get the message in this phase, key exchange apart.</summary>
    public static bool IsAllowed(MessageNumber number, SshRole receiver, SshPhase phase) =>
        Table[(byte)number] is { } rule && (rule.Receivers & receiver) != 0 && (rule.Phases & phase) != 0;

    /// <summary>
    /// True if the peer may send the message after its own KEXINIT and before its NEWKEYS (RFC 4253 §7.1): transport messages but for service requests,
    /// and the key exchange itself. With strict key exchange (OpenSSH PROTOCOL §1.10) nothing but the key exchange may come in the first one.
    /// </summary>
    public static bool IsAllowedDuringKeyExchange(MessageNumber number, bool strictInitial) =>
        IsKeyExchange(number) || number == MessageNumber.Disconnect ||
        (!strictInitial && number is MessageNumber.Ignore or MessageNumber.Unimplemented or MessageNumber.Debug);

    public static bool IsKeyExchange(MessageNumber number) => (byte)number is >= 20 and <= 49;

    private static Rule?[] BuildTable()
    {
        var table = new Rule?[256];
        Add(MessageNumber.Disconnect, Either, AnyPhase);
        Add(MessageNumber.Ignore, Either, AnyPhase);
        Add(MessageNumber.Unimplemented, Either, AnyPhase);
        Add(MessageNumber.Debug, Either, AnyPhase);
        // paramiko asks for the service again before every attempt.
        Add(MessageNumber.ServiceRequest, SshRole.Server, SshPhase.Service | SshPhase.Authentication);
        Add(MessageNumber.ServiceAccept, SshRole.Client, SshPhase.Service);
        Add(MessageNumber.ExtInfo, Either, SshPhase.Service | SshPhase.Authentication);

        Add(MessageNumber.KexInit, Either, AnyPhase);
        Add(MessageNumber.NewKeys, Either, AnyPhase);
        Add(MessageNumber.KexInitShare, SshRole.Server, AnyPhase);
        Add(MessageNumber.KexReplyOrGroup, SshRole.Client, AnyPhase);
        Add(MessageNumber.KexGexInit, SshRole.Server, AnyPhase);
        Add(MessageNumber.KexGexReply, SshRole.Client, AnyPhase);
        Add(MessageNumber.KexGexRequest, SshRole.Server, AnyPhase);

        // Requests that cross our SUCCESS on the wire are ignored (RFC 4252 §5.3).
        Add(MessageNumber.UserauthRequest, SshRole.Server, SshPhase.Authentication | SshPhase.Connected);
        Add(MessageNumber.UserauthFailure, SshRole.Client, SshPhase.Authentication);
        Add(MessageNumber.UserauthSuccess, SshRole.Client, SshPhase.Authentication);
        Add(MessageNumber.UserauthBanner, SshRole.Client, SshPhase.Authentication);
        Add(MessageNumber.UserauthMethod60, SshRole.Client, SshPhase.Authentication);
        Add(MessageNumber.UserauthInfoResponse, SshRole.Server, SshPhase.Authentication);

        for (byte number = (byte)MessageNumber.GlobalRequest; number <= (byte)MessageNumber.RequestFailure; number++)
        {
            Add((MessageNumber)number, Either, SshPhase.Connected);
        }

        for (byte number = (byte)MessageNumber.ChannelOpen; number <= (byte)MessageNumber.ChannelFailure; number++)
        {
            Add((MessageNumber)number, Either, SshPhase.Connected);
        }

        Add(MessageNumber.Ping, Either, SshPhase.Service | SshPhase.Authentication | SshPhase.Connected);
        Add(MessageNumber.Pong, Either, SshPhase.Service | SshPhase.Authentication | SshPhase.Connected);
        return table;

        void Add(MessageNumber number, SshRole receivers, SshPhase phases) => table[(byte)number] = new Rule(receivers, phases);
    }

    private sealed record Rule(SshRole Receivers, SshPhase Phases);
}
