namespace Hpc.Actors.Defender;

/// <summary>An entry of a list.</summary>
/// <param name="Network">Whom it is about.</param>
/// <param name="Mode">What it says; not <see cref="NetworkMode.None"/>.</param>
/// <param name="Protocols">For which protocols; none is all.</param>
public readonly record struct NetworkRule(NetworkPrefix Network, NetworkMode Mode, ListProtocols Protocols);
