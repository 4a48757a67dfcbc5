using Hpc.LoadTests.Engine;

namespace Hpc.LoadTests.Scenarios.Model;

/// <summary>What a session may do next.</summary>
internal enum SessionAction
{
    LoginLogout,
    Idle,
    Upload,
    Download,
    List,
    Stat,
    MakeAndRemoveDirectory,
    Rename,
    Remove,
    SmallFile,
    KeepAlive,
}

/// <summary>Actions with their weights.</summary>
internal sealed class OperationMix
{
    /// <summary>Names in a scenario.</summary>
    public static readonly IReadOnlyDictionary<string, SessionAction> Names = new Dictionary<string, SessionAction>(StringComparer.Ordinal)
    {
        ["login-logout"] = SessionAction.LoginLogout,
        ["idle"] = SessionAction.Idle,
        ["upload"] = SessionAction.Upload,
        ["download"] = SessionAction.Download,
        ["list"] = SessionAction.List,
        ["stat"] = SessionAction.Stat,
        ["mkdir+rmdir"] = SessionAction.MakeAndRemoveDirectory,
        ["rename"] = SessionAction.Rename,
        ["remove"] = SessionAction.Remove,
        ["small-file"] = SessionAction.SmallFile,
        ["keepalive"] = SessionAction.KeepAlive,
    };

    private readonly (SessionAction Action, double Below)[] _steps;
    private readonly double _sum;

    public OperationMix(IReadOnlyList<(SessionAction Action, double Weight)> weights)
    {
        _steps = new (SessionAction, double)[weights.Count];
        for (int i = 0; i < weights.Count; i++)
        {
            _sum += weights[i].Weight;
            _steps[i] = (weights[i].Action, _sum);
        }
    }

    public static OperationMix Idle { get; } = new([(SessionAction.Idle, 1)]);

    /// <summary>True if a session has nothing to do but to be there.</summary>
    public bool IsIdle => _steps.All(static step => step.Action == SessionAction.Idle);

    /// <summary>True if every action makes its own connection.</summary>
    public bool IsLoginsOnly => _steps.All(static step => step.Action == SessionAction.LoginLogout);

    public bool Has(SessionAction action) => _steps.Any(step => step.Action == action);

    public SessionAction Next(ref SeededRandom random)
    {
        double point = random.NextDouble() * _sum;
        foreach ((SessionAction action, double below) in _steps)
        {
            if (point < below)
            {
                return action;
            }
        }

        return _steps[^1].Action;
    }
}
