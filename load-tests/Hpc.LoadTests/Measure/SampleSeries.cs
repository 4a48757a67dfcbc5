namespace Hpc.LoadTests.Measure;

/// <summary>Samples of a run of any length in bounded room: when it is full, each two neighbours become one and every later sample spans twice as long.</summary>
internal sealed class SampleSeries
{
    /// <summary>One day of seconds.</summary>
    public const int DefaultCapacity = 86_400;

    private readonly int _capacity;
    private readonly List<LoadSample> _samples = [];
    private int _joinedPerSample = 1;
    private int _joinedInLast;

    public SampleSeries(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _capacity = capacity & ~1;
    }

    public int Count => _samples.Count;

    public void Add(LoadSample sample)
    {
        if (_joinedInLast > 0 && _joinedInLast < _joinedPerSample)
        {
            _samples[^1] = _samples[^1].Join(sample);
            _joinedInLast++;
            return;
        }

        if (_samples.Count == _capacity)
        {
            Halve();
        }

        _samples.Add(sample);
        _joinedInLast = 1;
    }

    public LoadSample[] ToArray() => [.. _samples];

    private void Halve()
    {
        for (int i = 0; i < _capacity / 2; i++)
        {
            _samples[i] = _samples[2 * i].Join(_samples[(2 * i) + 1]);
        }

        _samples.RemoveRange(_capacity / 2, _capacity / 2);
        _joinedPerSample *= 2;
    }
}
