using System.Collections.Concurrent;

namespace Hpc.Providers.Tests.Servers;

internal sealed class StatementCounter : IStatementObserver
{
    public ConcurrentQueue<string> Statements { get; } = [];

    public void OnStatement(string text, bool isInTransaction) => Statements.Enqueue(text);

    public void OnCommit()
    {
    }

    public void OnCommitted()
    {
    }
}
