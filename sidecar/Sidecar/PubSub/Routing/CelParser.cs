namespace Sidecar.PubSub.Routing;

/// <summary>Builds an expression from its tokens, one method for each level of precedence, loosest first.</summary>
internal sealed class CelParser
{
    private const int DeepestNesting = 200;
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop", "namespace", "package", "return", "var", "void", "while",
    };

    private readonly string text;
    private readonly List<CelToken> tokens;
    private int at;
    private int depth;

    private CelParser(string text)
    {
        this.text = text;
        tokens = CelLexer.Read(text);
    }

    /// <summary>Throws <see cref="CelException"/>.</summary>
    public static CelNode Parse(string text)
    {
        var parser = new CelParser(text);
        var root = parser.Choice();
        return parser.Here.Kind == CelTokenKind.End ? root : throw parser.Unexpected();
    }

    private CelToken Here => tokens[at];

    private CelNode Choice()
    {
        if (++depth > DeepestNesting)
        {
            throw new CelException($"too deeply nested: {text}");
        }

        var node = Or();
        if (Take("?"))
        {
            var yes = Or();
            Expect(":");
            node = new CelChoice(node, yes, Choice());
        }

        depth--;
        return node;
    }

    private CelNode Or()
    {
        var node = And();
        while (Take("||"))
        {
            node = new CelLogic(node, And(), deciding: true);
        }

        return node;
    }

    private CelNode And()
    {
        var node = Comparison();
        while (Take("&&"))
        {
            node = new CelLogic(node, Comparison(), deciding: false);
        }

        return node;
    }

    private CelNode Comparison()
    {
        var node = Sum();
        while (Here.IsName("in") || (Here.Kind == CelTokenKind.Sign && Array.IndexOf(Comparisons, Here.Text) >= 0))
        {
            node = Binary(node, Sum);
        }

        return node;
    }

    private CelNode Sum()
    {
        var node = Product();
        while (Here.Is("+") || Here.Is("-"))
        {
            node = Binary(node, Product);
        }

        return node;
    }

    private CelNode Product()
    {
        var node = Unary();
        while (Here.Is("*") || Here.Is("/") || Here.Is("%"))
        {
            node = Binary(node, Unary);
        }

        return node;
    }

    private CelCall Binary(CelNode left, Func<CelNode> operand)
    {
        var sign = tokens[at++].Text;
        return new CelCall([left, operand()], CelOperators.Of(sign));
    }

    private CelNode Unary()
    {
        if (Here.Is("!") || (Here.Is("-") && tokens[at + 1].Kind is not (CelTokenKind.Int or CelTokenKind.Double)))
        {
            if (++depth > DeepestNesting)
            {
                throw new CelException($"too deeply nested: {text}");
            }

            var operation = tokens[at++].Text == "!" ? (Func<object?[], object?>)CelOperators.Not : CelOperators.Negate;
            var node = new CelCall([Unary()], operation);
            depth--;
            return node;
        }

        return Members(Primary());
    }

    private CelNode Members(CelNode node)
    {
        while (true)
        {
            if (Take("["))
            {
                var index = Choice();
                Expect("]");
                node = new CelIndex(node, index);
            }
            else if (Take("."))
            {
                var name = Name();
                node = Take("(") ? MemberCall(node, name) : new CelSelect(node, name);
            }
            else
            {
                return node;
            }
        }
    }

    private CelNode MemberCall(CelNode target, string name)
    {
        var arguments = Arguments(")");
        CelMacroKind? macro = (name, arguments.Count) switch
        {
            ("all", 2) => CelMacroKind.All,
            ("exists", 2) => CelMacroKind.Exists,
            ("exists_one", 2) => CelMacroKind.ExistsOne,
            ("map", 2 or 3) => CelMacroKind.Map,
            ("filter", 2) => CelMacroKind.Filter,
            _ => null,
        };
        if (macro is not { } kind)
        {
            return new CelCall([target, .. arguments], CelFunctions.Find(name, arguments.Count + 1, isMember: true));
        }

        var variable = arguments[0] is CelVariable simple ? simple.Name : throw new CelException($"the first argument of {name}() must be a plain name in: {text}");
        return (kind, arguments.Count) switch
        {
            (CelMacroKind.Map, 2) => new CelMacro(kind, target, variable, new CelLiteral(true), arguments[1]),
            (CelMacroKind.Map, _) => new CelMacro(kind, target, variable, arguments[1], arguments[2]),
            _ => new CelMacro(kind, target, variable, arguments[1], null),
        };
    }

    private CelNode Primary()
    {
        var token = Here;
        switch (token.Kind)
        {
            case CelTokenKind.Int or CelTokenKind.Uint or CelTokenKind.Double:
                return CelNumberLiteral.Read(tokens[at++], isNegative: false, text);
            case CelTokenKind.Sign when token.Text == "-":
                at++;
                return CelNumberLiteral.Read(tokens[at++], isNegative: true, text);
            case CelTokenKind.String:
                at++;
                return new CelLiteral(token.Text);
            case CelTokenKind.Bytes:
                at++;
                return new CelLiteral(token.Bytes);
            case CelTokenKind.Identifier:
                return NameOrCall();
            case CelTokenKind.Sign when Take("("):
                var inner = Choice();
                Expect(")");
                return inner;
            case CelTokenKind.Sign when Take("["):
                return new CelListLiteral(Arguments("]"));
            case CelTokenKind.Sign when Take("{"):
                return Map();
            case CelTokenKind.Sign when Take("."):
                return NameOrCall();
            default:
                throw Unexpected();
        }
    }

    private CelNode NameOrCall()
    {
        var name = Name();
        switch (name)
        {
            case "true":
                return new CelLiteral(true);
            case "false":
                return new CelLiteral(false);
            case "null":
                return new CelLiteral(null);
        }

        if (Reserved.Contains(name))
        {
            throw new CelException($"reserved identifier: {name}");
        }

        if (!Take("("))
        {
            return new CelVariable(name);
        }

        var arguments = Arguments(")");
        if (name != "has")
        {
            return new CelCall([.. arguments], CelFunctions.Find(name, arguments.Count, isMember: false));
        }

        return arguments is [CelSelect member] ? member.AsTest() : throw new CelException($"has() takes one member, such as has(event.data), in: {text}");
    }

    private CelMapLiteral Map()
    {
        var entries = new List<(CelNode, CelNode)>();
        while (!Take("}"))
        {
            var key = Choice();
            Expect(":");
            entries.Add((key, Choice()));
            if (!Take(","))
            {
                Expect("}");
                break;
            }
        }

        return new CelMapLiteral(entries);
    }

    private List<CelNode> Arguments(string end)
    {
        var arguments = new List<CelNode>();
        while (!Take(end))
        {
            arguments.Add(Choice());
            if (!Take(","))
            {
                Expect(end);
                break;
            }
        }

        return arguments;
    }

    private string Name()
    {
        var token = tokens[at];
        if (token.Kind != CelTokenKind.Identifier)
        {
            throw Unexpected();
        }

        at++;
        return token.Text;
    }

    private bool Take(string sign)
    {
        if (!Here.Is(sign))
        {
            return false;
        }

        at++;
        return true;
    }

    private void Expect(string sign)
    {
        if (!Take(sign))
        {
            throw Unexpected();
        }
    }

    private CelException Unexpected() =>
        new(Here.Kind == CelTokenKind.End ? $"something is missing at the end of: {text}" : $"unexpected '{Here.Text}' at {Here.At + 1} in: {text}");
}
