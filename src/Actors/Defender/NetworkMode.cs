namespace Hpc.Actors.Defender;

/// <summary>What a list says of an address; the numbers are those of the stored entries.</summary>
public enum NetworkMode
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Allowed, or safe.</summary>
    Allow,

    /// <summary>Denied.</summary>
    Deny,
}
