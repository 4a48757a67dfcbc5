namespace Hpc.Actors.Defender;

/// <summary>What the screen says of an address.</summary>
/// <param name="Kind">Whether it may come.</param>
/// <param name="Wait">How long it waits first, or after a refusal, when it is worth to come again.</param>
public readonly record struct AddressVerdict(AddressVerdictKind Kind, TimeSpan Wait = default);

/// <summary>Kinds of <see cref="AddressVerdict"/>.</summary>
public enum AddressVerdictKind
{
    /// <summary>It may come.</summary>
    Admitted,

    /// <summary>It is not on the allow list.</summary>
    NotAllowed,

    /// <summary>It is banned, or on the block list.</summary>
    Banned,

    /// <summary>It, or everybody, comes too fast.</summary>
    RateLimited,
}
