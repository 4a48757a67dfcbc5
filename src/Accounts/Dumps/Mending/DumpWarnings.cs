using System.Globalization;

namespace Hpc.Accounts.Dumps.Mending;

/// <summary>What was changed or left out while a dump was loaded, up to <see cref="Max"/>; of more only the number is told.</summary>
internal sealed class DumpWarnings
{
    public const int Max = 1000;

    private readonly List<string> _warnings = [];
    private long _count;

    public IReadOnlyList<string> All =>
        _count > Max ? [.. _warnings, string.Create(CultureInfo.InvariantCulture, $"And {_count - Max} more.")] : _warnings;

    public void Add(string warning)
    {
        if (++_count <= Max)
        {
            _warnings.Add(warning);
        }
    }
}
