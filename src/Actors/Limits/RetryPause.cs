namespace Hpc.Actors.Limits;

/// <summary>How long to wait before something that failed is tried again: twice as long each time, up to an hour.</summary>
internal struct RetryPause
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    private TimeSpan _last;

    public TimeSpan Next() => _last = _last == default ? Least : _last * 2 < Most ? _last * 2 : Most;
}
