namespace Hpc.Accounts.Data;

/// <summary>What opening a data provider does to its schema.</summary>
public enum SchemaUpdate
{
    /// <summary>Makes it and brings it up to date.</summary>
    Automatic,

    /// <summary>Refuses one that is not up to date (<c>update_mode: 1</c>).</summary>
    Never,
}
