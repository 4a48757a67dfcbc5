using System.Security.Cryptography;
using System.Text;
using Hpc.Server.Configuration;

namespace Hpc.Server.Hosting;

/// <summary>The name under which this node keeps what it has reserved, the same after a restart; made at the first start. Two nodes must not have the same.</summary>
internal static class NodeIdFile
{
    /// <summary>Where all is kept on this machine, there is one node.</summary>
    public const string Alone = "local";

    private const int Length = 8;

    /// <exception cref="ConfigurationException">The file holds something else.</exception>
    public static string Open(string path)
    {
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Length)) + "\n"));
        }

        string id = File.ReadAllText(path).Trim();
        return id.Length == 2 * Length && id.All(char.IsAsciiHexDigitLower)
            ? id
            : throw new ConfigurationException($"'{path}' holds no name of a node ({2 * Length} hexadecimal digits). Remove it: the next start makes another one. What this node had reserved stays reserved.");
    }
}
