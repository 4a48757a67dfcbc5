namespace Hpc.Providers.Tests.Servers;

/// <summary>Sees what is sent to a database. An exception from it takes the place of the server's.</summary>
internal interface IStatementObserver
{
    void OnStatement(string text, bool isInTransaction);

    /// <summary>Before a commit is sent.</summary>
    void OnCommit();

    /// <summary>After it was done.</summary>
    void OnCommitted();
}
