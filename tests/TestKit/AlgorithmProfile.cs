namespace Hpc.TestKit;

/// <summary>Which algorithms a server under test offers.</summary>
public enum AlgorithmProfile
{
    /// <summary>What it offers when nobody says anything.</summary>
    Default,

    /// <summary>Older sound ones too.</summary>
    Compatible,

    /// <summary>Everything it knows, with a host key of every type.</summary>
    Everything,
}
