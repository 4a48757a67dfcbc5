namespace Hpc.HttpApi.Hosting;

/// <summary>A request with this feature came through the operator's own door. Peers cannot set features.</summary>
internal sealed class OperatorDoor
{
    public static OperatorDoor Instance { get; } = new();
}
