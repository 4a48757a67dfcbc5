namespace Hpc.Actors.Kernel;

internal sealed partial class ActorCell : IThreadPoolWorkItem
{
    // A turn gives the thread back after this many messages, so that a busy actor does not starve the others of its thread.
    private const int MessagesPerTurn = 256;

    // Stacks, newest first: a push is one compare-and-swap, a drain one exchange and a reversal. Written by every thread.
    private Message? _inbox;
    private SystemMessage? _systemInbox;
    private int _count;
    private int _scheduled;

    // Drained messages, oldest first. Belongs to the turn.
    private Message? _queue;

    /// <summary>Puts a message into the mailbox. Results of an actor's own work come with <paramref name="bounded"/> false: it bounded them when it began the work.</summary>
    public bool Tell(Message message, bool bounded = true) =>
        Enqueue(message.TryClaim() ? message : new Envelope(message), bounded);

    /// <summary>Puts a message into the mailbox unless it already waits somewhere.</summary>
    public void TellUnlessWaiting(Message message)
    {
        if (message.TryClaim())
        {
            Enqueue(message, bounded: true);
        }
    }

    public void Send(SystemMessage message)
    {
        SystemMessage? head;
        do
        {
            head = Volatile.Read(ref _systemInbox);
            message.Next = head;
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _systemInbox, message, head), head));

        Schedule();
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (int handled = 0; handled < MessagesPerTurn; handled++)
        {
            // In this order, no message overtakes a system message that was sent before it was told.
            DrainInbox();
            HandleSystemMessages();
            if (_state >= CellState.Stopping)
            {
                DiscardMailbox();
                break;
            }

            if (_state != CellState.Running || Dequeue() is not { } message)
            {
                break;
            }

            Handle(message);
        }

        EndTurn();
    }

    private static Message Unwrap(Message message)
    {
        if (message is Envelope envelope)
        {
            return envelope.Content;
        }

        message.Unclaim();
        return message;
    }

    private bool Enqueue(Message message, bool bounded)
    {
        // A cell that is stopping handles no message again; one that slips past this is discarded by the turn that it schedules.
        if (_state >= CellState.Stopping)
        {
            System.DeadLetters.Publish(this, Unwrap(message), DeadLetterReason.Terminated);
            return false;
        }

        if (Interlocked.Increment(ref _count) > _props.MailboxCapacity && bounded)
        {
            Interlocked.Decrement(ref _count);
            return Overflow(message);
        }

        Message? head;
        do
        {
            head = Volatile.Read(ref _inbox);
            message.Next = head;
        }
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _inbox, message, head), head)); // Messages are records: != would compare what they say.

        Schedule();
        return true;
    }

    private bool Overflow(Message message)
    {
        System.DeadLetters.Publish(this, Unwrap(message), DeadLetterReason.MailboxFull);
        if (_props.Overflow == MailboxOverflow.Stop)
        {
            Send(new SystemMessage(SystemMessageKind.Stop));
        }

        return false;
    }

    private void Schedule()
    {
        if (Volatile.Read(ref _scheduled) == 0 && Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0 && !TurnScope.TryAdd(this))
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    private void EndTurn()
    {
        if (_state == CellState.Running && (_queue is not null || Volatile.Read(ref _inbox) is not null))
        {
            // Behind the others: this turn had its share.
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        // The exchange is a full fence: either the teller sees 0 and schedules, or this read sees what was told.
        Interlocked.Exchange(ref _scheduled, 0);
        bool readsMailbox = _state is CellState.Running or >= CellState.Stopping;
        if (Volatile.Read(ref _systemInbox) is not null || (readsMailbox && Volatile.Read(ref _inbox) is not null))
        {
            Schedule();
        }
    }

    private void DrainInbox()
    {
        if (_queue is not null || Volatile.Read(ref _inbox) is null)
        {
            return;
        }

        Message? newest = Interlocked.Exchange(ref _inbox, null);
        while (newest is not null)
        {
            Message? older = newest.Next;
            newest.Next = _queue;
            _queue = newest;
            newest = older;
        }
    }

    private Message? Dequeue()
    {
        if (_queue is not { } first)
        {
            return null;
        }

        _queue = first.Next;
        Interlocked.Decrement(ref _count);
        return Unwrap(first);
    }

    /// <summary>Puts a message before all that wait. Only on the cell's own turn.</summary>
    private void PutFirst(Message message)
    {
        if (!message.TryClaim())
        {
            message = new Envelope(message);
        }

        Interlocked.Increment(ref _count);
        message.Next = _queue;
        _queue = message;
    }

    private void DiscardMailbox()
    {
        do
        {
            while (Dequeue() is { } message)
            {
                System.DeadLetters.Publish(this, message, DeadLetterReason.Terminated);
            }

            DrainInbox();
        }
        while (_queue is not null);
    }

    private void Handle(Message message)
    {
        try
        {
            if (System.Probe is { } probe)
            {
                probe.BeforeHandling(Path, message);
                _actor!.Invoke(message);
                probe.AfterHandling(Path, message);
                return;
            }

            _actor!.Invoke(message);
        }
        catch (Exception error)
        {
            if (message is IAsk ask)
            {
                ask.Reply.TryFail(error);
            }

            if (message is IOwned owned)
            {
                Run("what a message brought", owned.GiveBack);
            }

            Fail(error);
        }
    }

    private void HandleSystemMessages()
    {
        while (Volatile.Read(ref _systemInbox) is not null)
        {
            SystemMessage? newest = Interlocked.Exchange(ref _systemInbox, null);
            SystemMessage? first = null;
            while (newest is not null)
            {
                SystemMessage? older = newest.Next;
                newest.Next = first;
                first = newest;
                newest = older;
            }

            for (; first is not null; first = first.Next)
            {
                Handle(first);
            }
        }
    }
}
