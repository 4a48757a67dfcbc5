using Hpc.Actors.Kernel;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Limits;

/// <summary>
/// <c>/server/usage</c>: one call of the store at a time. Callers that come while one is on its way share the next; once a second everything that changed is settled
/// in one statement. A statement without an answer is sent again as it was, until it has one.
/// </summary>
internal sealed partial class UsageActor(UsageBook book) : Actor<UsageMessage>
{
    private const int MaxWaiting = 4096;
    private const int MaxTries = 2;

    private static readonly TimeSpan TickPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LogPeriod = TimeSpan.FromMinutes(1);

    // A client has many writes under way, one behind the other: they do not all wait for what the first one waited for in vain.
    private static readonly TimeSpan ImpatientTime = TimeSpan.FromMilliseconds(250);

    private IDisposable? _ticks;
    private bool _isTickDue;
    private UsageMessage.Change? _toldBefore;

    // The store is away, not busy: nobody has to wait for it.
    private bool IsStoreAway => book.Unanswered is not null && !book.IsCalling;

    public static Props<UsageMessage> PropsFor(UsageBook book) => new(() => new UsageActor(book)) { MailboxCapacity = 2 * MaxWaiting };

    protected override void PreStart() => _ticks = Context.SchedulePeriodic(TickPeriod, new UsageMessage.Tick());

    // The book lives on, and so does a call that is on its way: its answer comes to the new instance.
    protected override void PreRestart(Exception reason) => _ticks?.Dispose();

    protected override void PostRestart(Exception reason)
    {
        PreStart();
        OnArrived(book.Arrived);
    }

    protected override void PostStop()
    {
        _ticks?.Dispose();
        var stopped = new DeadLetterException("The usage actor has stopped.");
        foreach (UsageWaiter waiter in book.Asking.SelectMany(entry => entry.Waiting))
        {
            waiter.Reply.TryFail(stopped);
        }

        foreach (UsageMessage.Change change in book.Changes)
        {
            change.Reply.TryFail(stopped);
        }

        book.Finishing?.TryFail(stopped);
    }

    protected override void Receive(UsageMessage message)
    {
        switch (message)
        {
            case UsageMessage.Reserve reserve: OnReserve(reserve); break;
            case UsageMessage.Correct correct: OnCorrect(correct); break;
            case UsageMessage.Adjust adjust: OnAdjust(adjust); break;
            case UsageMessage.Tick: OnTick(); break;
            case UsageMessage.Refresh refresh: refresh.Entry.QuietTicks = MaxQuietTicks; break;
            case UsageMessage.Settled or UsageMessage.NotSettled or UsageMessage.Changed: OnArrived(message); break;
            case UsageMessage.Finish finish: OnFinish(finish); break;
            default: throw new InvalidOperationException($"Unknown message {message.GetType().Name}.");
        }
    }

    // The answer that a crash took away was kept, and is handled by the next instance; the same one may wait in the mailbox still.
    private void OnArrived(UsageMessage? message)
    {
        if (message is null || !ReferenceEquals(message, book.Arrived))
        {
            return;
        }

        if (++book.Tries > MaxTries)
        {
            Drop(message);
            return;
        }

        switch (message)
        {
            case UsageMessage.Settled settled: OnSettled(settled); break;
            case UsageMessage.NotSettled failed: OnNotSettled(failed); break;
            case UsageMessage.Changed changed: OnChanged(changed); break;
            default: break;
        }
    }

    // What cannot be handled would end every instance, and with it all reservations. Of a statement the entries whose answer was not taken tell again what they have told.
    private void Drop(UsageMessage message)
    {
        UsageLog.AnswerDropped(book.Logger, message.GetType().Name, book.Tries - 1);
        if (message is UsageMessage.Changed { Request: var request })
        {
            request.Reply.TryFail(new InvalidOperationException("The answer of the usage store could not be handled."));
        }
        else if (message is UsageMessage.Settled)
        {
            book.Unanswered = null;
        }

        book.EndCall();
        CallNext();
    }

    private void OnReserve(UsageMessage.Reserve reserve)
    {
        UsageEntry entry = reserve.Entry;
        bool isPatient = entry.RefusedAt is not { } refusedAt || book.Time.GetElapsedTime(refusedAt) >= ImpatientTime;
        var waiter = new UsageWaiter(reserve.Need, reserve.Reply, isPatient);
        if (book.Finishing is not null || book.Find(entry.Ledger) is null)
        {
            reserve.Reply.TrySet(StorageError.Cancelled);
        }
        else if (!(IsLimited(waiter.Need) && book.Fence.IsOver) && IsCovered(entry, waiter) && !PassesLimit(entry.Ledger, waiter.Need) && (entry.Ledger.IsInUse || !reserve.ChangesFiles))
        {
            reserve.Reply.TrySet(StorageResult.Success);
        }
        else if (IsStoreAway && TrySpendUnreserved(entry, waiter))
        {
            reserve.Reply.TrySet(StorageResult.Success);
        }
        else if (IsStoreAway)
        {
            book.CountUnavailable();
            reserve.Reply.TrySet(StorageError.Unavailable);
        }
        else if (book.Waiting >= MaxWaiting)
        {
            reserve.Reply.TrySet(StorageError.LimitReached);
        }
        else
        {
            entry.ChangesFiles |= reserve.ChangesFiles;
            entry.Waiting.Add(waiter);
            book.Asking.Add(entry);
            book.AddWaiting(1);
            CallNext();
        }
    }

    private void OnTick()
    {
        foreach (UsageEntry entry in book.ListEntries())
        {
            entry.QuietTicks++;
            foreach (UsageHold hold in entry.Holds)
            {
                hold.OnTick();
            }
        }

        _isTickDue = true;
        if (IsStoreAway)
        {
            Send(book.Unanswered!);
        }
        else
        {
            CallNext();
        }
    }

    // What a count found is consumed or given back like anything else, so that it is told once whatever becomes of the statement.
    private void OnCorrect(UsageMessage.Correct correct)
    {
        if (book.Finishing is not null || IsStoreAway)
        {
            correct.Reply.TrySet(false);
            return;
        }

        Apply(correct.Entry.Ledger.Files, correct.Correction.Files);
        Apply(correct.Entry.Ledger.Bytes, correct.Correction.Bytes);
        book.Changes.Enqueue(correct);
        CallNext();
    }

    // Behind a statement that settles the entry: what was consumed before is not counted on top of what the operator says.
    private void OnAdjust(UsageMessage.Adjust adjust)
    {
        if (book.Finishing is not null || IsStoreAway || book.Changes.Count >= MaxWaiting)
        {
            adjust.Reply.TrySet(false);
            return;
        }

        book.Changes.Enqueue(adjust);
        CallNext();
    }

    private static void Apply(UsageCounter counter, long change)
    {
        if (change > 0)
        {
            counter.Add(change);
        }
        else if (change < 0)
        {
            counter.Give(-change);
        }
    }

    private void OnChanged(UsageMessage.Changed changed)
    {
        UsageMessage.Change request = changed.Request;
        if (changed.Error is { } error)
        {
            LogFailure(error);
        }

        if (request is UsageMessage.Adjust)
        {
            // Whether it was done or not: the next statement says what is so.
            request.Entry.QuietTicks = MaxQuietTicks;
            if (changed.Error is not null)
            {
                request.Reply.TryFail(changed.Error);
            }
        }

        request.Reply.TrySet(changed.Error is null);
        book.EndCall();
        CallNext();
    }

    private void OnFinish(UsageMessage.Finish finish)
    {
        if (book.IsFinished)
        {
            finish.Reply.TrySet(true);
            return;
        }

        // A second caller takes the place of one that gave up.
        book.Finishing?.TrySet(false);
        book.Finishing = finish.Reply;
        book.StillOpen = finish.StillOpen;
        foreach (UsageEntry entry in book.Asking.ToArray())
        {
            FailWaiting(entry, StorageError.Cancelled);
        }

        FailChanges();
        CallNext();
    }

    private void FailChanges()
    {
        while (book.Changes.TryDequeue(out UsageMessage.Change? change))
        {
            change.Reply.TrySet(false);
        }
    }

    private void LogFailure(Exception error)
    {
        book.CountFailedStatement();
        if (book.FailureLoggedAt is not { } loggedAt || book.Time.GetElapsedTime(loggedAt) >= LogPeriod)
        {
            book.FailureLoggedAt = book.Time.GetTimestamp();
            book.IsFailureLogged = true;
            UsageLog.StoreFailed(book.Logger, error.Message, UsageLog.Unexpected(error));
        }
    }
}
