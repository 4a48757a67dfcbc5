namespace Hpc.Storage.Vfs.Policy;

/// <summary>A piece of a pattern: all but <see cref="GlobTokenKind.Star"/> stand for exactly one character.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Character">The character of a literal, folded if case is ignored.</param>
/// <param name="Set">The characters of a bracket expression.</param>
internal readonly record struct GlobToken(GlobTokenKind Kind, int Character = 0, CharacterSet? Set = null);
