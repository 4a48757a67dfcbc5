using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Data;

/// <summary>Which object.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Unique among its kind; compared byte by byte (UTF-8), never folded or normalised.</param>
public readonly record struct ObjectKey(ObjectKind Kind, string Name)
{
    /// <summary>For messages.</summary>
    public override string ToString() => $"{Kind} {Name}";
}
