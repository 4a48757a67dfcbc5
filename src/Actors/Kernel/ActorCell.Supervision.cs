namespace Hpc.Actors.Kernel;

internal sealed partial class ActorCell
{
    private void Fail(Exception error)
    {
        _state = CellState.Failed;
        KernelLog.ActorFailed(System.Logger, this, error);
        if (_parent is not null)
        {
            _parent.Send(new SystemMessage(SystemMessageKind.ChildFailed, this, error));
        }
    }

    private void Supervise(ActorCell child, Exception error)
    {
        switch (Decide(child, error))
        {
            case Directive.Resume: child.Send(new SystemMessage(SystemMessageKind.Resume, error: error)); break;
            case Directive.Restart: child.Send(new SystemMessage(SystemMessageKind.Restart, error: error)); break;
            case Directive.Escalate: EscalateFailure(child, error); break;
            default: child.Send(new SystemMessage(SystemMessageKind.Stop)); break;
        }
    }

    private Directive Decide(ActorCell child, Exception error)
    {
        if (_state >= CellState.Stopping)
        {
            return Directive.Stop;
        }

        Directive directive = Directive.Escalate;
        Run("its supervisor strategy", () => directive = _props.Supervision.Decide(error));
        if (directive == Directive.Restart && !BudgetOf(child).TryTake(_props.Supervision, System.TimeProvider))
        {
            KernelLog.RestartsUsedUp(System.Logger, child, _props.Supervision.MaxRestarts, _props.Supervision.Window);
            return Directive.Stop;
        }

        return directive;
    }

    private RestartBudget BudgetOf(ActorCell child)
    {
        Dictionary<ActorCell, RestartBudget> budgets = Extras.Budgets ??= [];
        if (!budgets.TryGetValue(child, out RestartBudget? budget))
        {
            budgets[child] = budget = new RestartBudget();
        }

        return budget;
    }

    private void EscalateFailure(ActorCell child, Exception error)
    {
        if (_parent is null)
        {
            KernelLog.EscalatedPastTheRoot(System.Logger, child);
            child.Send(new SystemMessage(SystemMessageKind.Stop));
            return;
        }

        // The child waits for what becomes of its supervisor.
        (Extras.Escalated ??= []).Add(child);
        if (_state == CellState.Running)
        {
            Fail(error);
        }
    }

    private void ReleaseEscalated(SystemMessageKind kind, Exception reason)
    {
        if (_extras?.Escalated is not { } waiting)
        {
            return;
        }

        _extras.Escalated = null;
        foreach (ActorCell child in waiting)
        {
            child.Send(new SystemMessage(kind, error: reason));
        }
    }
}
