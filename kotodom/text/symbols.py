"""What the commands of LaTeX mathematics look like in Unicode."""

import re

_AROUND = re.compile(r" ?([-+=<>≤≥≠∈→⊂⊆,]) ?")


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


LETTERS = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι
    kappa κ lambda λ mu μ nu ν xi ξ omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ
    upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π
    Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω hbar ℏ hslash ℏ ell ℓ imath ı jmath ȷ Re ℜ Im ℑ wp ℘
    aleph ℵ beth ℶ infty ∞ partial ∂ nabla ∇ emptyset ∅ varnothing ∅ angle ∠ triangle △ square □
    Box □ blacksquare ■ degree ° prime ′ top ⊤ bot ⊥ dagger † ddagger ‡ star ⋆ checkmark ✓ AA Å
    sum ∑ prod ∏ coprod ∐ int ∫ iint ∬ iiint ∭ oint ∮ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂
    bigvee ⋁ bigwedge ⋀ surd √ forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ complement ∁
    ldots … dots … dotsc … dotsb ⋯ cdots ⋯ vdots ⋮ ddots ⋱ diamond ⋄ S § P ¶ pounds £ euro €
    langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ lbrace { rbrace } lbrack [ rbrack ]
    vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ backslash \\ colon : lparen ( rparen )
    { { } } % % $ $ # # & & _ _ | ‖ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ sharp ♯ flat ♭
""")
"""What stands close to its neighbours."""
PREFIXES = frozenset(["partial", "nabla", "forall", "exists", "nexists", "neg", "lnot", "angle"])
"""What stands right before its neighbour."""

OPERATORS = _pairs("""
    cdot · times × div ÷ pm ± mp ∓ ast ∗ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ cup ∪
    cap ∩ sqcup ⊔ sqcap ⊓ setminus ∖ smallsetminus ∖ wedge ∧ land ∧ vee ∨ lor ∨ ltimes ⋉ rtimes ⋊
    wr ≀ leq ≤ le ≤ leqslant ⩽ geq ≥ ge ≥ geqslant ⩾ neq ≠ ne ≠ lt < gt > ll ≪ gg ≫ approx ≈ sim ∼
    simeq ≃ cong ≅ equiv ≡ propto ∝ doteq ≐ triangleq ≜ coloneqq ≔ prec ≺ succ ≻ preceq ⪯ succeq ⪰
    in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ subsetneq ⊊ supsetneq ⊋ mid | nmid ∤
    parallel ∥ perp ⊥ vdash ⊢ dashv ⊣ models ⊨ vDash ⊨ asymp ≍ lesssim ≲ gtrsim ≳
    to → rightarrow → longrightarrow ⟶ leftarrow ← gets ← longleftarrow ⟵ leftrightarrow ↔
    longleftrightarrow ⟷ Rightarrow ⇒ Longrightarrow ⟹ implies ⟹ Leftarrow ⇐ Longleftarrow ⟸
    impliedby ⟸ Leftrightarrow ⇔ Longleftrightarrow ⟺ iff ⟺ mapsto ↦ longmapsto ⟼ uparrow ↑
    downarrow ↓ updownarrow ↕ Uparrow ⇑ Downarrow ⇓ nearrow ↗ searrow ↘ swarrow ↙ nwarrow ↖
    hookrightarrow ↪ hookleftarrow ↩ rightharpoonup ⇀ rightleftharpoons ⇌ leadsto ⇝
    therefore ∴ because ∵ bmod mod
""")
"""What stands apart from its neighbours: binary operators, relations, arrows."""

FUNCTIONS = _words("""
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg lim limsup liminf
    max min sup inf arg argmax argmin det dim gcd lcm deg hom ker Pr mod sgn tr rank
""")
"""What is written as a word."""

SPACES = _words(", ; : > quad qquad enspace thinspace space") | {" ", "\n"}
IGNORED = _words("""
    ! left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr bigm
    limits nolimits displaystyle textstyle scriptstyle nonumber notag hline
""")
"""Layout that a line of text has no use for."""

TEXTS = _words("text textrm textbf textit textsf texttt textnormal mbox")
PLAIN = _words("""
    mathrm mathbf mathit mathsf mathtt boldsymbol bm pmb mathnormal operatorname boxed
""")
"""Fonts: what is in them is shown as it is."""
LINES = _words("""
    align aligned alignat gather gathered split equation multline eqnarray displaymath
""")
"""Environments whose rows are lines."""
FONTS = {
    "mathbb": (0x1D538, 0x1D552, dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))),
    "mathcal": (0x1D49C, 0x1D4B6, dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True))),
    "mathscr": (0x1D49C, 0x1D4B6, dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True))),
    "mathfrak": (0x1D504, 0x1D51E, dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True))),
}
"""The first capital and the first small letter of an alphabet, and the letters that stand apart."""

ACCENTS = {
    "hat": "\u0302", "widehat": "\u0302", "bar": "\u0304", "overline": "\u0305", "tilde": "\u0303",
    "widetilde": "\u0303", "vec": "\u20d7", "dot": "\u0307", "ddot": "\u0308", "acute": "\u0301",
    "grave": "\u0300", "check": "\u030c", "breve": "\u0306", "underline": "\u0332",
}  # fmt: skip
"""Signs put onto a letter."""
OVER_MANY = frozenset(["overline", "underline"])
"""Accents that a run of letters can carry."""

SUPERSCRIPTS = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθ ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿ ",
        strict=True,
    )
)
SUBSCRIPTS = dict(
    zip(
        "0123456789+-=()aehijklmnoprstuvxβγρ ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨ ",
        strict=True,
    )
)


def script(text: str, sign: str) -> str:
    """*text* raised (*sign* ``^``) or lowered (``_``): in Unicode where it can be, else marked."""
    if sign == "^" and text in ("′", "″", "‴", "°", "†", "‡"):
        return text
    if text == "∘" and sign == "^":
        return "°"
    table = SUPERSCRIPTS if sign == "^" else SUBSCRIPTS
    if all(char in table for char in text):
        return "".join(table[char] for char in text.replace(" ", ""))
    if len(text) == 1 and not text.isalnum():
        return sign + text
    return f"{sign}({_AROUND.sub(lambda match: match[1], text)})"


def in_font(text: str, font: str) -> str:
    """*text* in one of the alphabets that Unicode has for mathematics."""
    capital, small, apart = FONTS[font]

    def letter(char: str) -> str:
        if char in apart:
            return apart[char]
        if "A" <= char <= "Z":
            return chr(capital + ord(char) - ord("A"))
        if "a" <= char <= "z":
            return chr(small + ord(char) - ord("a"))
        return char

    return "".join(map(letter, text))
