namespace Hpc.Actors.Kernel;

/// <summary>A reference to an actor: usable from any thread, valid (to dead letters) after the actor has stopped. The default value is nobody.</summary>
/// <typeparam name="TMessage">Base of all messages the actor takes.</typeparam>
public readonly struct ActorRef<TMessage> : IEquatable<ActorRef<TMessage>>
    where TMessage : Message
{
    internal ActorRef(ActorCell cell) => Cell = cell;

    internal ActorCell? Cell { get; }

    /// <summary>True for the default value.</summary>
    public bool IsNobody => Cell is null;

    /// <summary>True once the actor has stopped for good.</summary>
    public bool IsTerminated => Cell is null || Cell.IsTerminated;

    /// <summary>The last segment of the path as it was given.</summary>
    public string Name => Cell?.Name ?? string.Empty;

    /// <summary>Where the actor is, names percent-escaped: <c>/server/users/a%2Fb</c>.</summary>
    public string Path => Cell?.Path ?? string.Empty;

    /// <summary>References are equal if they are to the same actor.</summary>
    public static bool operator ==(ActorRef<TMessage> left, ActorRef<TMessage> right) => left.Equals(right);

    /// <summary>References are equal if they are to the same actor.</summary>
    public static bool operator !=(ActorRef<TMessage> left, ActorRef<TMessage> right) => !left.Equals(right);

    /// <summary>
    /// Puts a message into the mailbox, behind what the same thread told before; allocates nothing and never waits.
    /// False if it became a dead letter now; true is no promise that it will be handled, only that it is handled at most once.
    /// </summary>
    public bool Tell(TMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Cell is not null && Cell.Tell(message);
    }

    /// <summary>
    /// Tells a message that carries a <see cref="Reply{T}"/> and waits for the answer at most <paramref name="timeout"/>.
    /// Throws <see cref="AskTimeoutException"/>, <see cref="OperationCanceledException"/>, or what the ask was failed with.
    /// </summary>
    public ValueTask<TReply> AskAsync<TReply>(Func<Reply<TReply>, TMessage> makeMessage, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(makeMessage);
        if (Cell is not { } cell)
        {
            return ValueTask.FromException<TReply>(new DeadLetterException("Nobody was asked."));
        }

        var reply = new Reply<TReply>();
        ValueTask<TReply> answer = WaitAsync(cell, reply, timeout, ct);
        Put(cell, makeMessage, reply);
        return answer;
    }

    /// <summary>
    /// The same ask with the turns that it causes taken on the calling thread (<see cref="TurnScope"/>): where nothing has to be waited for,
    /// the answer is there when this returns, and no thread is woken.
    /// </summary>
    public ValueTask<TReply> AskHereAsync<TReply>(Func<Reply<TReply>, TMessage> makeMessage, TimeSpan timeout, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(makeMessage);
        if (Cell is not { } cell)
        {
            return ValueTask.FromException<TReply>(new DeadLetterException("Nobody was asked."));
        }

        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TReply>(ct);
        }

        var reply = new Reply<TReply>();
        using (TurnScope.Open())
        {
            Put(cell, makeMessage, reply);
        }

        return reply.Task.IsCompleted ? new ValueTask<TReply>(reply.Task) : WaitAsync(cell, reply, timeout, ct);
    }

    /// <summary>Stops the actor before its next message; what waits in its mailbox becomes dead letters.</summary>
    public void Stop() => Cell?.Send(new SystemMessage(SystemMessageKind.Stop));

    /// <inheritdoc/>
    public bool Equals(ActorRef<TMessage> other) => ReferenceEquals(Cell, other.Cell);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ActorRef<TMessage> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Cell?.GetHashCode() ?? 0;

    /// <inheritdoc/>
    public override string ToString() => Path;

    private void Put<TReply>(ActorCell cell, Func<Reply<TReply>, TMessage> makeMessage, Reply<TReply> reply)
    {
        try
        {
            if (!Tell(makeMessage(reply)))
            {
                reply.TryFail(new DeadLetterException($"{cell.Path} did not take the question."));
            }
        }
        catch (Exception error)
        {
            reply.TryFail(error);
        }
    }

    private static async ValueTask<TReply> WaitAsync<TReply>(ActorCell cell, Reply<TReply> reply, TimeSpan timeout, CancellationToken ct)
    {
        using ITimer timer = cell.System.TimeProvider.CreateTimer(
            static state => ((Reply)state!).TryFail(new AskTimeoutException("The actor did not answer in time.")),
            reply,
            timeout,
            Timeout.InfiniteTimeSpan);
        using CancellationTokenRegistration cancelled = ct.UnsafeRegister(static (state, token) => ((Reply)state!).TryCancel(token), reply);
        return await reply.Task.ConfigureAwait(false);
    }
}
