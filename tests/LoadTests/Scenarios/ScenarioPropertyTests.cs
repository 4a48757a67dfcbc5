using System.Text;
using Hpc.LoadTests.Scenarios;
using Hpc.LoadTests.Scenarios.Reading;

namespace Hpc.LoadTests.Tests.Scenarios;

public sealed class ScenarioPropertyTests
{
    private const int Documents = 3000;

    private static readonly string[] Pieces =
    [
        "name", "stages", "kind", "steady", "ramp", "burst", "soak", "duration", "1 s", "sessions", "50%", "operations", "upload", "files", "size", "list", "sizes",
        "thresholds", "errors", "<= 0", "relay", "delay", "-1", "1e999", "99999999999999999999", "", "null", "~", "[", "]", "{", "}", ": ", "\n", "\n  ", "\n    - ",
        ", ", "'", "\"", "|", ">", "#", "&a ", "*a", "!!str ", "---\n", "...\n", "\t", "\0", "é", "\ud83d\ude00", "%", "? ",
    ];

    [Fact]
    public void Random_documents_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20_261_121);
        for (int i = 0; i < Documents; i++)
        {
            ReadOrRefuse(RandomText(random));
        }
    }

    [Fact]
    public void A_scenario_with_random_damage_is_read_or_refused_and_nothing_else()
    {
        var random = new Random(7);
        foreach (string name in Cli.ScenarioSource.Names)
        {
            string whole = Cli.ScenarioSource.Text(name);
            for (int i = 0; i < Documents / 30; i++)
            {
                int at = random.Next(whole.Length);
                int length = random.Next(Math.Min(20, whole.Length - at));
                ReadOrRefuse(whole[..at] + Pieces[random.Next(Pieces.Length)] + whole[(at + length)..]);
            }
        }
    }

    [Fact]
    public void Random_settings_are_taken_or_refused_and_nothing_else()
    {
        var random = new Random(11);
        string whole = Cli.ScenarioSource.Text("many-idle");
        for (int i = 0; i < Documents / 3; i++)
        {
            string setting = $"{RandomText(random)}{(random.Next(4) == 0 ? "" : "=")}{RandomText(random)}";
            try
            {
                ScenarioReader.Read(whole, [setting]);
            }
            catch (ScenarioException exception)
            {
                exception.Faults.ShouldNotBeEmpty();
            }
        }
    }

    private static void ReadOrRefuse(string text)
    {
        try
        {
            ScenarioReader.Read(text, []).Stages.ShouldNotBeEmpty();
        }
        catch (ScenarioException exception)
        {
            exception.Faults.ShouldNotBeEmpty();
        }
    }

    private static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (int pieces = random.Next(40); pieces > 0; pieces--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }
}
