using Hpc.Actors.Kernel;

namespace Hpc.Actors.Cluster.Node;

/// <summary>Carries out what <see cref="NodeProtocol"/> says. After a crash the protocol goes on in the next instance under a new epoch; leases and what is in force are not touched.</summary>
internal sealed class ClusterActor(ClusterNode node) : Actor<ClusterMessage>
{
    private static readonly ClusterMessage.Wake WakeUp = new();

    private IDisposable? _timer;
    private TimeSpan _timerAt = TimeSpan.MaxValue;
    private bool _isWaiting;
    private CancellationTokenSource? _waiting;
    private NodeEpoch? _waitsFor;

    public static Props<ClusterMessage> PropsFor(ClusterNode node) => new(() => new ClusterActor(node)) { MailboxCapacity = 4096 };

    protected override void PreStart() => Step();

    protected override void PostRestart(Exception reason)
    {
        node.Protocol.Reset(node.Now());
        Step();
    }

    protected override void PreRestart(Exception reason) => StopWaiting();

    protected override void PostStop() => StopWaiting();

    protected override void Receive(ClusterMessage message)
    {
        switch (message)
        {
            case ClusterMessage.Wake: OnWake(); break;
            case ClusterMessage.Nudge: OnNudge(); break;
            case ClusterMessage.Hurried hurried: OnHurried(hurried); break;
            case ClusterMessage.Joined joined: OnJoined(joined); break;
            case ClusterMessage.Ticked ticked: OnTicked(ticked); break;
            case ClusterMessage.Failed failed: OnFailed(failed); break;
            case ClusterMessage.Leave leave: OnLeave(leave); return;
            case ClusterMessage.InjectFault fault: throw fault.Error;
            default: throw new InvalidOperationException($"Unknown message {message.GetType().Name}.");
        }

        Step();
    }

    private void Step()
    {
        NodeProtocol protocol = node.Protocol;
        if (protocol.Begin(node.Now()) is { } call)
        {
            Send(call);
        }

        node.Show();
        WaitForHurry(protocol.Epoch);
        Schedule(protocol.NextEvent);
    }

    private void Send(ClusterCall call)
    {
        if (call.Join is { } join)
        {
            node.CallAsync((engine, ct) => engine.JoinAsync(join, ct), Stopping)
                .PipeTo(Self, reply => new ClusterMessage.Joined(call, reply), error => new ClusterMessage.Failed(call, error));
        }
        else
        {
            node.TickAsync(call.Tick!, Stopping)
                .PipeTo(Self, reply => new ClusterMessage.Ticked(call, reply), error => new ClusterMessage.Failed(call, error));
        }
    }

    private void OnJoined(ClusterMessage.Joined joined)
    {
        node.Protocol.Answered(joined.Call, joined.Reply, node.Now());
        node.ReportAnswer(joined.Reply.Nodes);
    }

    private void OnTicked(ClusterMessage.Ticked ticked)
    {
        TimeSpan now = node.Now();
        node.Protocol.Answered(ticked.Call, ticked.Reply, now);
        node.ReportAnswer(ticked.Reply.Nodes);
        node.Ticked?.Invoke(now - ticked.Call.SentAt);
    }

    private void OnFailed(ClusterMessage.Failed failed)
    {
        if (failed.Error is ClusterSequenceException)
        {
            node.Protocol.Reset(node.Now());
        }
        else
        {
            node.Protocol.Failed(failed.Call, node.Now());
        }

        node.ReportFailure(failed.Error);
    }

    // A timer may fire a little before its time by this clock: it is set again if nothing was due.
    private void OnWake()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private void OnNudge()
    {
        node.TakeNudge();
        node.Protocol.Hurry(node.Now());
    }

    private void OnHurried(ClusterMessage.Hurried hurried)
    {
        _isWaiting = false;
        if (hurried.Error is null)
        {
            node.Protocol.Hurry(node.Now());
        }
    }

    private void OnLeave(ClusterMessage.Leave leave)
    {
        NodeEpoch? epoch = node.Protocol.Leave();
        node.Show();
        StopWaiting();
        Schedule(TimeSpan.MaxValue);
        if (epoch is not { } known)
        {
            leave.Reply.TrySet(false);
            return;
        }

        _ = node.LeaveEngineAsync(known, leave.Reply);
    }

    // One waits at a time; one that failed is begun again by the next step, which is an answer or a tick away.
    private void WaitForHurry(NodeEpoch? epoch)
    {
        if (_waitsFor != epoch)
        {
            StopWaiting();
            _waitsFor = epoch;
        }

        if (epoch is not { } known || _isWaiting)
        {
            return;
        }

        _isWaiting = true;
        _waiting ??= CancellationTokenSource.CreateLinkedTokenSource(Stopping);
        CancellationToken ct = _waiting.Token;
        node.WaitForHurryAsync(known, ct).PipeTo(Self, static () => new ClusterMessage.Hurried(null), error => ct.IsCancellationRequested
            ? WakeUp
            : new ClusterMessage.Hurried(error));
    }

    private void StopWaiting()
    {
        _waiting?.Cancel();
        _waiting?.Dispose();
        _waiting = null;
        _isWaiting = false;
        _waitsFor = null;
    }

    private void Schedule(TimeSpan at)
    {
        if (at == _timerAt && _timer is not null)
        {
            return;
        }

        _timer?.Dispose();
        _timer = null;
        _timerAt = at;
        if (at != TimeSpan.MaxValue)
        {
            TimeSpan delay = at - node.Now();
            _timer = Context.ScheduleOnce(delay > TimeSpan.Zero ? delay + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, new ClusterMessage.Wake());
        }
    }
}
