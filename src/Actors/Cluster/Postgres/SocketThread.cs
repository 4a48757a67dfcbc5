using System.Runtime.CompilerServices;

namespace Hpc.Actors.Cluster.Postgres;

/// <summary>
/// Socket completions run inline on the event threads of the process; what is done with the database's answer does not belong there.
/// Not an asynchronous method: one that hops and is done before it is awaited would leave its caller where it was.
/// </summary>
internal readonly struct SocketThread : ICriticalNotifyCompletion
{
    /// <summary>True if nothing is to be left.</summary>
    public bool IsCompleted => Thread.CurrentThread.IsThreadPoolThread;

    /// <summary>To be awaited: goes on on the thread pool if this is not one of its threads.</summary>
    public static SocketThread Leave() => default;

    public SocketThread GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static state => state(), continuation, preferLocal: false);

    public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static state => state(), continuation, preferLocal: false);
}
