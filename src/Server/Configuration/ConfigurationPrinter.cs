using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hpc.Server.Configuration;

/// <summary>Prints configurations: the effective one as JSON, and a commented file of all defaults.</summary>
internal static class ConfigurationPrinter
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string ToJson(HpcOptions options)
    {
        var root = new JsonObject();
        foreach (ConfigurationKey key in ConfigurationTable.All)
        {
            if (!key.IsInList)
            {
                string[] parts = key.Path.Split('.');
                Section(root, parts[..^1])[parts[^1]] = ValueOf(key, options, 0);
            }
        }

        foreach (ListenerList list in ListenerLists.All)
        {
            var listeners = new JsonArray();
            for (int i = 0; i < list.Count(options); i++)
            {
                var listener = new JsonObject();
                foreach (ConfigurationKey key in ConfigurationTable.All.Where(key => key.IsInList && key.Path.StartsWith(list.Path + "[]", StringComparison.Ordinal)))
                {
                    listener[key.Path[(key.Path.LastIndexOf('.') + 1)..]] = ValueOf(key, options, i);
                }

                listeners.Add(listener);
            }

            string[] path = list.Path.Split('.');
            Section(root, path[..^1])[path[^1]] = listeners;
        }

        return root.ToJsonString(Indented);
    }

    /// <summary>A file with every key at its default, each with its description; valid as it stands.</summary>
    public static string CommentedDefaults()
    {
        var options = new HpcOptions();
        options.Ssh.Listeners.Add(new ListenerSection { Address = new System.Net.IPEndPoint(System.Net.IPAddress.IPv6Any, Hosting.DefaultPorts.Ssh) });
        options.Ftp.Listeners.Add(new FtpListenerSection());
        options.Ftp.Certificates.Add(new FtpCertificateSection());
        options.Http.Listeners.Add(new HttpListenerSection { Address = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, Hosting.DefaultPorts.Http) });
        options.RateLimiters.Add(new RateLimiterSection());
        var text = new StringBuilder("{\n");
        WriteSection(text, options, "", 1);
        return text.Append("}\n").ToString();
    }

    private static void WriteSection(StringBuilder text, HpcOptions options, string prefix, int depth)
    {
        string indent = new(' ', depth * 2);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (ConfigurationKey key in ConfigurationTable.All.Where(key => key.Path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            string rest = key.Path[prefix.Length..];
            int dot = rest.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                text.Append(indent).Append("// ").Append(key.Description).Append('\n');
                text.Append(indent).Append("// Allowed: ").Append(key.Allowed).Append(".\n");
                text.Append(indent).Append('"').Append(rest).Append("\": ").Append(ValueOf(key, options, 0).ToJsonString(Indented)).Append(",\n");
                continue;
            }

            string section = rest[..dot];
            if (!done.Add(section))
            {
                continue;
            }

            bool isList = section.EndsWith("[]", StringComparison.Ordinal);
            text.Append(indent).Append('"').Append(section.Replace("[]", "", StringComparison.Ordinal)).Append("\": ").Append(isList ? "[{\n" : "{\n");
            WriteSection(text, options, prefix + section + ".", depth + 1);
            text.Append(indent).Append(isList ? "}],\n" : "},\n");
        }
    }

    private static JsonValue ValueOf(ConfigurationKey key, HpcOptions options, int index) => key.Read(options, index) switch
    {
        bool value => JsonValue.Create(value),
        int value => JsonValue.Create(value),
        long value => JsonValue.Create(value),
        object value => JsonValue.Create(value.ToString()!),
    };

    private static JsonObject Section(JsonObject root, string[] path)
    {
        JsonObject current = root;
        foreach (string part in path)
        {
            if (current[part] is not JsonObject next)
            {
                next = [];
                current[part] = next;
            }

            current = next;
        }

        return current;
    }
}
