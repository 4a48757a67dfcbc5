using System.Text;

namespace Hpc.Policy.Tests.Model;

/// <summary>The many ways to write one path.</summary>
internal static class PathSpelling
{
    public static string Of(string path, string start, Random random)
    {
        var text = new StringBuilder();
        bool relative = random.Next(3) == 0;
        if (relative)
        {
            foreach (string _ in start.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                text.Append("../");
            }

            text.Append(random.Next(3) == 0 ? "../../" : "");
        }
        else
        {
            text.Append(random.Next(4) == 0 ? "//" : random.Next(8) == 0 ? "/../" : "/");
        }

        foreach (string segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            text.Append(random.Next(10) switch
            {
                0 => "./",
                1 => "/",
                2 => "nowhere/../",
                3 => segment + "/../",
                4 => "a/b/../../",
                _ => "",
            });
            text.Append(segment).Append('/');
        }

        if (random.Next(4) != 0 && text.Length > 1)
        {
            text.Length--;
        }

        return text.Length == 0 ? "." : text.ToString();
    }
}
