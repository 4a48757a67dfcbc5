namespace Hpc.Events.Rules;

/// <summary>What became of the wish to run a rule.</summary>
public enum RuleStart
{
    /// <summary>It runs.</summary>
    Started,

    /// <summary>There is no such rule.</summary>
    NotFound,

    /// <summary>It is for something else than being asked for.</summary>
    NotOnDemand,

    /// <summary>It is disabled.</summary>
    Disabled,

    /// <summary>As many rules as may do so run already, or the server stops.</summary>
    Busy,
}
