namespace Hpc.Server.Files;

/// <summary>What a session holds beside its backends, given up together.</summary>
internal sealed class SessionLeases(IDisposable first, IDisposable second) : IDisposable
{
    public static IDisposable? Of(IDisposable? first, IDisposable? second) =>
        first is null ? second : second is null ? first : new SessionLeases(first, second);

    public void Dispose()
    {
        try
        {
            first.Dispose();
        }
        finally
        {
            second.Dispose();
        }
    }
}
