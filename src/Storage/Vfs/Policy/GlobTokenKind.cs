namespace Hpc.Storage.Vfs.Policy;

/// <summary>What a piece of a pattern stands for.</summary>
internal enum GlobTokenKind
{
    /// <summary>One certain character.</summary>
    Literal,

    /// <summary><c>?</c>: any one character.</summary>
    AnyOne,

    /// <summary><c>[...]</c>: one of some characters.</summary>
    OneOf,

    /// <summary><c>*</c>: any number of characters.</summary>
    Star,
}
