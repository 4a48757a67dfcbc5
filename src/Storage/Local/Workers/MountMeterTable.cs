namespace Hpc.Storage.Local;

/// <summary>
/// The meters of each device, so that what one session learns of a slow disk spares all others the wait.
/// Bounded: the device that came first makes room for a new one, and roots that are open keep the meters they have.
/// </summary>
internal sealed class MountMeterTable(int capacity)
{
    private const int DefaultCapacity = 256;

    // Both under the lock on _meters. The clock is part of the key because a meter keeps time stamps of its clock.
    private readonly Dictionary<(ulong Device, TimeProvider Time), MountMeters> _meters = [];
    private readonly Queue<(ulong Device, TimeProvider Time)> _order = new();

    public static MountMeterTable Shared { get; } = new(DefaultCapacity);

    /// <summary>The meters of a device.</summary>
    public MountMeters For(ulong device, TimeProvider time)
    {
        lock (_meters)
        {
            if (_meters.TryGetValue((device, time), out MountMeters? known))
            {
                return known;
            }

            if (_order.Count == capacity)
            {
                _meters.Remove(_order.Dequeue());
            }

            var meters = new MountMeters(time);
            _order.Enqueue((device, time));
            _meters[(device, time)] = meters;
            return meters;
        }
    }
}
