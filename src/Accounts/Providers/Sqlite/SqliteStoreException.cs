namespace Hpc.Accounts.Sqlite;

/// <summary>The database cannot be used; the message says why and what to do.</summary>
public sealed class SqliteStoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    public SqliteStoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public SqliteStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception.</summary>
    public SqliteStoreException()
    {
    }
}
