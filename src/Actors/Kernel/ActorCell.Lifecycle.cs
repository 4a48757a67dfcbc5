namespace Hpc.Actors.Kernel;

internal sealed partial class ActorCell
{
    public void StopChildren()
    {
        foreach (ActorCell child in ChildrenNow())
        {
            child._stopRequested = true;
            child.Send(new SystemMessage(SystemMessageKind.Stop));
        }
    }

    private void Handle(SystemMessage message)
    {
        switch (message.Kind)
        {
            case SystemMessageKind.Start when _state == CellState.Starting: Start(); break;
            case SystemMessageKind.Stop when _state < CellState.Stopping: BeginStop(); break;
            case SystemMessageKind.Restart when _state == CellState.Failed: BeginRestart(message.Error!); break;
            case SystemMessageKind.Resume when _state == CellState.Failed: Resume(message.Error!); break;
            case SystemMessageKind.Fault when _state == CellState.Running: Fail(message.Error!); break;
            case SystemMessageKind.Fault: KernelLog.ActorFailed(System.Logger, this, message.Error!); break;
            case SystemMessageKind.ChildFailed: Supervise(message.Subject!, message.Error!); break;
            case SystemMessageKind.ChildTerminated: OnChildTerminated(message.Subject!); break;
            case SystemMessageKind.Watch: AddWatcher(message.Subject!, message.Message!); break;
            case SystemMessageKind.Terminated when _state < CellState.Stopping: PutFirst(message.Message!); break;
            default: break; // Overtaken: the cell is past the state that the message was for.
        }
    }

    private void Start()
    {
        try
        {
            MakeInstance().RunPreStart();
            _state = CellState.Running;
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private ActorBase MakeInstance()
    {
        ActorBase actor = _props.Create();
        actor.Owner = this;
        return _actor = actor;
    }

    private void BeginRestart(Exception reason)
    {
        CancelStoppingToken();
        Run("PreRestart", () => _actor?.RunPreRestart(reason));
        Extras.RestartReason = reason;
        _state = CellState.Restarting;
        FinishRestartIfChildrenAreGone();
    }

    private void FinishRestartIfChildrenAreGone()
    {
        if (Array.Exists(ChildrenNow(), static child => child._stopRequested))
        {
            return;
        }

        Exception reason = Extras.RestartReason!;
        Extras.RestartReason = null;
        bool isFirst = _actor is null;
        try
        {
            // The old instance stays until its successor exists, so that PostStop runs on one of them.
            ActorBase actor = MakeInstance();
            if (isFirst)
            {
                actor.RunPreStart();
            }
            else
            {
                actor.RunPostRestart(reason);
            }

            _state = CellState.Running;
            ReleaseEscalated(SystemMessageKind.Restart, reason);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    private void Resume(Exception reason)
    {
        if (_actor is null)
        {
            BeginRestart(reason);
            return;
        }

        _state = CellState.Running;
        ReleaseEscalated(SystemMessageKind.Resume, reason);
    }

    private void BeginStop()
    {
        _state = CellState.Stopping;
        DiscardMailbox();
        CancelStoppingToken();
        if (_extras is { } extras)
        {
            lock (extras.Children)
            {
                extras.ClosedToChildren = true;
            }

            StopChildren();
        }

        FinishStopIfChildrenAreGone();
    }

    private void FinishStopIfChildrenAreGone()
    {
        if (ChildCount > 0)
        {
            return;
        }

        Run("PostStop", () => _actor?.RunPostStop());
        _actor = null;
        _state = CellState.Terminated;
        (ActorCell Watcher, Message OnTerminated)[] watchers = _extras?.Watchers ?? [];
        if (_parent is not null)
        {
            // Before the watchers: whoever is told that the child is gone may ask the parent for another of its name.
            _extras = null;
            _parent.Send(new SystemMessage(SystemMessageKind.ChildTerminated, this));
        }

        foreach ((ActorCell watcher, Message onTerminated) in watchers)
        {
            watcher.Send(new SystemMessage(SystemMessageKind.Terminated, message: onTerminated));
        }

        if (_parent is null)
        {
            System.OnGuardianTerminated();
        }
    }

    private void OnChildTerminated(ActorCell child)
    {
        if (_extras is not { } extras)
        {
            return;
        }

        lock (extras.Children)
        {
            extras.Children.Remove(child.Name);
        }

        extras.Budgets?.Remove(child);
        extras.Escalated?.Remove(child);
        if (_state == CellState.Stopping)
        {
            FinishStopIfChildrenAreGone();
        }
        else if (_state == CellState.Restarting)
        {
            FinishRestartIfChildrenAreGone();
        }
    }

    private void AddWatcher(ActorCell watcher, Message onTerminated)
    {
        if (_state == CellState.Terminated)
        {
            watcher.Send(new SystemMessage(SystemMessageKind.Terminated, message: onTerminated));
            return;
        }

        Extras.Watchers = [.. Extras.Watchers, (watcher, onTerminated)];
    }

    private void CancelStoppingToken()
    {
        if (_extras?.Stopping is not { } source)
        {
            return;
        }

        // Not disposed: work that holds the token may still register with it.
        _extras.Stopping = null;
        Run("a callback of Stopping", source.Cancel);
    }

    private void Run(string hook, Action action)
    {
        try
        {
            action();
        }
        catch (Exception error)
        {
            KernelLog.HookFailed(System.Logger, this, hook, error);
        }
    }
}
