using Hpc.LoadTests.Scenarios.Document;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Scenarios.Values;
using FileOptions = Hpc.LoadTests.Scenarios.Model.FileOptions;

namespace Hpc.LoadTests.Scenarios.Reading;

/// <summary>Reads what is said about files and their transfer.</summary>
internal static class FileReader
{
    private const double MaxSigma = 5;

    private static readonly Dictionary<string, UploadCheck> Checks = new(StringComparer.Ordinal)
    {
        ["none"] = UploadCheck.None,
        ["size"] = UploadCheck.Size,
        ["content"] = UploadCheck.Content,
    };

    private static readonly Dictionary<string, Func<MapReader, SizeDistribution>> Kinds = new(StringComparer.Ordinal)
    {
        ["fixed"] = static reader => new FixedSize(FileSize(reader, "value")),
        ["uniform"] = Uniform,
        ["lognormal"] = static reader => new LogNormalSize(
            FileSize(reader, "median"),
            reader.Number("sigma", 0, MaxSigma, 1),
            FileSize(reader, "max")),
        ["list"] = Listed,
    };

    public static FileOptions Read(MapReader? reader)
    {
        var none = new FileOptions();
        if (reader is null)
        {
            return none;
        }

        var files = new FileOptions
        {
            Size = ReadSize(reader, "size", none.Size),
            SmallSize = ReadSize(reader, "small_size", none.SmallSize),
            Prepared = reader.Count("prepared", 1, ScenarioLimits.Prepared, none.Prepared),
            Listed = reader.Count("listed", 1, ScenarioLimits.Listed, none.Listed),
            KeptPerSession = reader.Count("kept_per_session", 1, ScenarioLimits.Kept, none.KeptPerSession),
            Check = reader.Choice("check_uploads", Checks, none.Check),
        };
        reader.Finish();
        return files;
    }

    public static TransferOptions Transfer(MapReader? reader)
    {
        var none = new TransferOptions();
        if (reader is null)
        {
            return none;
        }

        var transfer = new TransferOptions
        {
            ReadChunk = (int)reader.Size("read_chunk", 1, ScenarioLimits.Chunk, none.ReadChunk),
            WriteChunk = (int)reader.Size("write_chunk", 1, ScenarioLimits.Chunk, none.WriteChunk),
            Depth = reader.Count("depth", 1, ScenarioLimits.Depth, none.Depth),
            ReadRate = reader.RateOrZero("read_rate", ScenarioLimits.LeastBytesPerSecond, ScenarioLimits.BytesPerSecond, 0),
            WriteRate = reader.RateOrZero("write_rate", ScenarioLimits.LeastBytesPerSecond, ScenarioLimits.BytesPerSecond, 0),
        };
        reader.Finish();
        return transfer;
    }

    // "size: 64 KiB" is short for "size: {kind: fixed, value: 64 KiB}".
    private static SizeDistribution ReadSize(MapReader reader, string key, SizeDistribution fallback)
    {
        if (!reader.Has(key))
        {
            return fallback;
        }

        if (!reader.IsMap(key))
        {
            return new FixedSize(FileSize(reader, key));
        }

        MapReader below = reader.Map(key)!;
        if (!below.Has("kind"))
        {
            reader.Faults.Add(below.PathOf("kind"), below.Line, $"found nothing; allowed is one of {string.Join(", ", Kinds.Keys)}.");
            return fallback;
        }

        // What else belongs there depends on the kind.
        if (below.Choice<Func<MapReader, SizeDistribution>?>("kind", Kinds!, null) is not { } read)
        {
            return fallback;
        }

        SizeDistribution size = read(below);
        below.Finish();
        return size;
    }

    private static UniformSize Uniform(MapReader reader)
    {
        long least = FileSize(reader, "from");
        long most = FileSize(reader, "to");
        if (most < least)
        {
            reader.Faults.Add(reader.PathOf("to"), reader.Line, $"found {most} bytes; allowed is at least 'from', {least} bytes.");
            most = least;
        }

        return new UniformSize(least, most);
    }

    private static ListedSize Listed(MapReader reader)
    {
        var sizes = new List<(long, double)>();
        IReadOnlyList<DocumentNode> items = reader.List("sizes", ScenarioLimits.Sizes);
        for (int i = 0; i < items.Count; i++)
        {
            string path = $"{reader.PathOf("sizes")}[{i}]";
            if (items[i] is not MapNode map)
            {
                reader.Faults.Add(path, items[i], "keys and values: size, weight");
                continue;
            }

            var item = new MapReader(map, path, reader.Faults);
            sizes.Add((FileSize(item, "size"), item.Number("weight", 0.000001, ScenarioLimits.Weight, 1)));
            item.Finish();
        }

        if (items.Count == 0)
        {
            reader.Faults.Add(reader.PathOf("sizes"), reader.Line, "found nothing; allowed is a list of size and weight.");
        }

        return new ListedSize(sizes.Count == 0 ? [(0, 1)] : sizes);
    }

    private static long FileSize(MapReader reader, string key)
    {
        if (!reader.Has(key))
        {
            reader.Faults.Add(reader.PathOf(key), reader.Line, $"found nothing; allowed is {UnitText.SizeHint}.");
        }

        return reader.Size(key, 0, ScenarioLimits.FileSize, 0);
    }
}
