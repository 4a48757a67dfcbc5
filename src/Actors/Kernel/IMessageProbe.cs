namespace Hpc.Actors.Kernel;

/// <summary>Stands around the handling of every message, so that tests see what a failure in each handler does. What it throws is the handler's failure.</summary>
internal interface IMessageProbe
{
    /// <summary>The actor is about to handle the message.</summary>
    void BeforeHandling(string path, Message message);

    /// <summary>The actor has handled it.</summary>
    void AfterHandling(string path, Message message);
}
