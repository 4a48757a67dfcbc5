namespace Hpc.Accounts.Services;

/// <summary>Is told of every change that administrators and users made (R8.17); not of what the server keeps up by itself (R8.18).</summary>
public interface IObjectEventSink
{
    /// <summary>Takes the event and returns at once. It must not throw.</summary>
    void Publish(ObjectEvent change);
}
