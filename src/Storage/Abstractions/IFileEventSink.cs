namespace Hpc.Storage;

/// <summary>Takes the events. Called on the thread of the operation, so it never waits, and it never throws.</summary>
public interface IFileEventSink
{
    /// <summary>Takes one event; it is valid during the call, and may be copied.</summary>
    void Publish(in FileEvent fileEvent);
}
