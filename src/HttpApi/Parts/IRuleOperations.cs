namespace Hpc.HttpApi.Parts;

/// <summary>Event rules that are run because somebody asks. An exception means that the data provider does not work.</summary>
public interface IRuleOperations
{
    /// <summary>Begins to run a rule and returns.</summary>
    ValueTask<RuleRunStart> RunAsync(string name, CancellationToken ct);
}

/// <summary>What became of the wish to run a rule.</summary>
public enum RuleRunStart
{
    /// <summary>It runs.</summary>
    Started,

    /// <summary>There is no such rule.</summary>
    NotFound,

    /// <summary>It is disabled, or not for being asked for.</summary>
    NotRunnable,

    /// <summary>Too many rules run, or the server stops.</summary>
    Busy,
}
