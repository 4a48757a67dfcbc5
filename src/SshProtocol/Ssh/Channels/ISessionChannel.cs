namespace Hpc.SshProtocol.Ssh.Channels;

/// <summary>
/// A session channel as the program on it (SFTP server, exec command) sees it. Everything on it is called with the connection's <see cref="Turn"/> held;
/// code that comes back from a worker takes it first: <c>lock (channel.Turn) { … }</c>. It is never held across an await or a blocking call.
/// </summary>
internal interface ISessionChannel
{
    /// <summary>The connection's turn: protocol state is touched by whoever holds this lock.</summary>
    object Turn { get; }

    /// <summary>
    /// True while what is written goes out without piling up: no backlog, room in the outbox, no key exchange running.
    /// A program that finds false stops taking input and goes on at <see cref="IChannelProgram.OnWritable"/>.
    /// </summary>
    bool CanWrite { get; }

    /// <summary>
    /// Appends bytes to the channel's stream (copied). Consecutive writes of one turn share packets.
    /// What does not fit the peer's window now waits in a backlog; only the reply to one request may do so (see <see cref="CanWrite"/>).
    /// </summary>
    void Write(ReadOnlySpan<byte> data);

    /// <summary>Like <see cref="Write"/>, to the extended data stream 1 (stderr, RFC 4254 §5.2).</summary>
    void WriteError(ReadOnlySpan<byte> data);

    /// <summary>Asks for a call of <see cref="IChannelProgram.Produce"/> as soon as the outbox is free. Idempotent.</summary>
    void RequestProduce();

    /// <summary>Offers input that was not consumed before again, by <see cref="IChannelProgram.OnData"/>. Call it when what held the program up is over.</summary>
    void Resume();

    /// <summary>Ends the program: exit-status, EOF and CLOSE in this order, after everything written (RFC 4254 §6.10).</summary>
    void Exit(uint status);

    /// <summary>Lets a caller that holds the turn on a worker thread send what it wrote; called once, after leaving the turn.</summary>
    void Flush();
}

/// <summary>
/// What runs on a session channel. All calls come with the connection's turn held and must not block.
/// </summary>
internal interface IChannelProgram
{
    /// <summary>
    /// Takes input. The memory is pinned and stays valid until <see cref="OnBatchEnd"/> returns. Returns how many bytes were consumed, from the front;
    /// the channel keeps the rest (bounded by the window) and offers it again, joined with what follows, when more comes or at <see cref="ISessionChannel.Resume"/>.
    /// Window credit for consumed bytes is returned after <see cref="OnBatchEnd"/>.
    /// </summary>
    int OnData(ReadOnlySpan<byte> data);

    /// <summary>All input that had arrived was offered: finish with borrowed memory, write replies.</summary>
    void OnBatchEnd();

    /// <summary>The peer sends no more data (comes after all data was consumed).</summary>
    void OnEof();

    /// <summary><see cref="ISessionChannel.CanWrite"/> has become true again.</summary>
    void OnWritable();

    /// <summary>Writes bulk data straight into packets (see <see cref="BulkWriter"/>). Asks again with <see cref="ISessionChannel.RequestProduce"/> if more is left.</summary>
    void Produce(ref BulkWriter writer);

    /// <summary>True while the program waits for what the server holds back (bandwidth): a larger window would only be waited with.</summary>
    bool IsHeldBack => false;

    /// <summary>Bytes of window that are of use at the speed that the program takes input at; what the peer sends beyond only waits in memory.</summary>
    int WindowOfUse => int.MaxValue;

    /// <summary>True if the program wants to read what came before a CLOSE at its own pace (client role).</summary>
    bool ReadsAfterClose => false;

    /// <summary>The channel or its connection is over, in whatever way: release everything. Called exactly once.</summary>
    void OnClosed();
}
