using System.Globalization;
using Hpc.Server.Configuration;
using Hpc.Server.Logging;

namespace Hpc.Server.Cli;

/// <summary>Sizes and counts as they are typed.</summary>
internal static class NumberArguments
{
    public static long Size(string text, string flag) => ByteSizeText.TryParse(text, out long bytes)
        ? bytes
        : throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: a whole number of bytes, or one of KiB, MiB, GiB or TiB like 10GiB; 0 is no limit.");

    public static long Count(string text, string flag) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long count)
        ? count
        : throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: a whole number from 0 (no limit) to {long.MaxValue}.");

    public static uint Id(string text, string flag) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id <= int.MaxValue
        ? id
        : throw CliException.Usage($"{flag}: found \"{LogEscape.Text(text)}\", allowed: a number from 0 (the server's own) to {int.MaxValue}.");
}
