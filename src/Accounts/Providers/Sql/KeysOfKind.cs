using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sql;

/// <summary>Names of one kind, few enough for one statement.</summary>
internal readonly record struct KeysOfKind(ObjectKind Kind, string[] Names)
{
    /// <summary>In order, so that statements that lock rows take them in the same order everywhere.</summary>
    public static IEnumerable<KeysOfKind> Split(IEnumerable<ObjectKey> keys) =>
        from ofKind in keys.GroupBy(key => key.Kind).OrderBy(kind => kind.Key)
        from names in ofKind.Select(key => key.Name).Where(name => ObjectNames.IsPossible(name)).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal).Chunk(SqlObjectStore.NamesOfStatement)
        select new KeysOfKind(ofKind.Key, names);
}
